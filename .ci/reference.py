"""The tutorial's descent in NumPy, with nothing of facemark but the split and the initial weights.

    python3 reference.py FACES.csv[.gz] FOLDER      # FOLDER: train.i32, validation.i32, weight0..3.f32; prints JSON
"""
import csv
import gzip
import json
import pathlib
import sys

import numpy as np

ITERATIONS, ETA, HIDDEN, OUTPUTS = 750, 0.01, 100, 30
path, folder = sys.argv[1], pathlib.Path(sys.argv[2])
open_ = gzip.open if open(path, "rb").read(2) == b"\x1f\x8b" else open
with open_(path, "rt", newline="") as file:
    header, *rows = csv.reader(file)
image = header.index("Image")
x = np.array([np.fromstring(row[image], dtype=np.float64, sep=" ") for row in rows])
y = np.array([[float(value) for i, value in enumerate(row) if i != image] for row in rows])

at, av = (np.fromfile(folder / f"{name}.i32", dtype=np.int32) for name in ("train", "validation"))
(x, xv), (y, yv) = ((a[at] / a[at].max(), a[av] / a[at].max()) for a in (x, y))
x, xv, y, yv = x - x.mean(), xv - x.mean(), y - y.mean(), yv - y.mean()
x, xv = x.astype(np.float32), xv.astype(np.float32)

w1, b1, w2, b2 = (np.fromfile(folder / f"weight{i}.f32", dtype=np.float32) for i in range(4))
w1, w2 = w1.reshape(-1, HIDDEN), w2.reshape(HIDDEN, OUTPUTS)
training, validation = [], []
h = np.tanh(x @ w1 + b1)
e = h @ w2 + b2 - y
for _ in range(ITERATIONS):
    d2 = (2 * ETA / e.size) * e
    d1 = (d2 @ w2.T) * (1 - h * h)
    w2, b2 = w2 - h.T @ d2, b2 - d2.sum(0)
    w1, b1 = w1 - x.T @ d1.astype(np.float32), b1 - d1.sum(0)
    h = np.tanh(x @ w1 + b1)
    e = h @ w2 + b2 - y
    training.append(float((e * e).mean()))
    validation.append(float(((np.tanh(xv @ w1 + b1) @ w2 + b2 - yv) ** 2).mean()))
json.dump({"training": training, "validation": validation}, sys.stdout)
