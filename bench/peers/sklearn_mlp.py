"""scikit-learn's MLPRegressor, one call of partial_fit for each update.

Its loss is half of ours, and its slope is of the sum over the outputs: a step of eta here is one of 2 eta / outputs there.
"""
import time

from common import load, losses, need, np, report

sklearn = need("sklearn")
neural_network = need("sklearn.neural_network")

p = load()
model = neural_network.MLPRegressor(
    hidden_layer_sizes=(p.weights[0].shape[1],),
    activation="tanh",
    solver="sgd",
    momentum=0,
    alpha=0,
    learning_rate_init=2 * p.eta / p.y.shape[1],
    batch_size=len(p.x),
    shuffle=False,
)
model.partial_fit(p.x, p.y)  # makes its weights, which these replace
for own, value in zip((*model.coefs_, *model.intercepts_), (p.weights[0], p.weights[2], p.weights[1], p.weights[3])):
    own[...] = value

before, validation = [], []
started = time.perf_counter()
for _ in range(p.iterations):
    model.partial_fit(p.x, p.y)
    before.append(2 * model.loss_)
    validation.append(np.square(model.predict(p.xv) - p.yv).mean())
seconds = time.perf_counter() - started
# partial_fit tells the training loss before its update.
report(seconds, losses(before[1:] + [np.square(model.predict(p.x) - p.y).mean()], validation), sklearn)
