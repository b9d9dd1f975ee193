"""`fit` of Keras on TensorFlow, in one batch of all rows."""
import os
import time

from common import load, losses, need, report, threads

os.environ["KERAS_BACKEND"] = "tensorflow"
tensorflow = need("tensorflow")
keras = need("keras")
tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
tensorflow.config.threading.set_inter_op_parallelism_threads(threads)

p = load()
d, h, k = p.x.shape[1], p.weights[0].shape[1], p.y.shape[1]
model = keras.Sequential([keras.Input((d,)), keras.layers.Dense(h, activation="tanh"), keras.layers.Dense(k)])
model.set_weights(p.weights)
model.compile(optimizer=keras.optimizers.SGD(p.eta), loss="mse")

started = time.perf_counter()
history = model.fit(
    p.x,
    p.y,
    batch_size=len(p.x),
    epochs=p.iterations,
    shuffle=False,
    validation_data=(p.xv, p.yv),
    validation_batch_size=len(p.xv),
    verbose=0,
).history
seconds = time.perf_counter() - started
# Keras tells the training loss before each update.
training = history["loss"][1:] + [model.evaluate(p.x, p.y, batch_size=len(p.x), verbose=0)]
report(seconds, losses(training, history["val_loss"]), tensorflow, keras)
