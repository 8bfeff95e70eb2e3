"""The tasks of exercise 02. The right solutions stand in the notebook; here is all that tells them from wrong ones."""

import numpy as np

from dl_helpers.check import Quiz, Score, Task, Wrong
from dl_helpers.data import diabetes

READY_MADE = ("numpy.linalg.lstsq", "numpy.linalg.pinv", "numpy.polyfit", "numpy.polynomial", "scipy", "sklearn",
              "dl_helpers.numpy", "dl_helpers.torch", "torch")


def design(rng, n, k):
    """A design matrix (n, k): ones, then normal numbers."""
    return np.column_stack([np.ones(n), rng.normal(size=(n, k - 1))])


def design_and_targets(rng, **more):
    k = int(rng.integers(2, 5))
    n = k + int(rng.integers(3, 8))
    X = design(rng, n, k)
    return dict(X=X, y=X @ rng.normal(size=k) + rng.normal(size=n), **more)


def features(rng):
    n, d = int(rng.integers(2, 7)), int(rng.integers(1, 5))
    return dict(x=rng.normal(size=(n, d)), theta=rng.normal(size=d + 1))


BUILDING = dict(x=np.array([[-25.0, 50, 2, 50], [-10, 50, 0, 10]]), theta=np.array([0.2, 0.64, 0, 1, 0.14]))
SQUARE = dict(x=np.array([[1.0, 2], [3, -1], [0.5, 4]]), theta=np.array([-1.0, 2, 0.5]))

predict = Task(
    points=1,
    inputs=features,
    returns=("pred",),
    edges=[dict(x=np.array([[2.0], [-1.0]]), theta=np.array([3.0, -0.5])), dict(x=np.array([[2.0, 1, 4]]), theta=np.ones(4))],
    visible=[BUILDING, SQUARE, dict(x=np.array([[1.5], [-2.0], [0.25], [3.0]]), theta=np.array([0.5, -2.0]))],
    float32=False,
    forbids=("sklearn", "scipy", "torch", "dl_helpers.numpy", "dl_helpers.torch"),
    misconceptions=[
        Wrong("return x @ theta",
              "x has one column less than theta has entries: the bias theta[0] still lacks its column of ones, in front of x."),
        Wrong("return x @ theta[1:]", "The bias theta[0] is missing: without it the model must pass through the origin."),
        Wrong("np.column_stack([np.ones_like(x[:, 0]), x]) -> np.column_stack([x, np.ones_like(x[:, 0])])",
              "The last parameter was taken as the bias. It is the first one, theta[0]: in X the ones stand before the "
              "features."),
        Wrong("return (X @ theta)[:, None]", "A prediction for each sample is an array of shape (N,), with one axis."),
        Wrong("return (x * theta[1:] + theta[0]).sum(axis=1)",
              "The bias is added once for every feature: it belongs to the sum, not to each of its terms."),
        Wrong("return x @ theta[1:] - theta[0]", "The bias is subtracted; it is added."),
        Wrong("return (X @ theta).sum()", "The predictions are summed to one number; every sample keeps its own."),
    ],
    alternatives=[
        "return x @ theta[1:] + theta[0]",
        "return np.hstack([np.ones((len(x), 1), x.dtype), x]) @ theta",
        "return theta[0] + (x * theta[1:]).sum(axis=1)",
        "X = np.column_stack([np.ones(len(x)), x])",
        "return np.einsum('nd,d->n', x, theta[1:]) + theta[0]",
        "def predict(x, theta):\n    return np.array([theta[0] + sum(t * v for t, v in zip(theta[1:], row)) for row in "
        "x], x.dtype)",
    ],
    equivalent={
        "X = np.column_stack([np.ones_like(x[:, (-1)]), x])": "any column gives the length of the ones",
    },
)


def predictions(rng, far=3.0):
    shape = [(7,), (4, 3), (1,), (2, 5), (5,), (3, 2, 2)][int(rng.integers(6))]
    pred = rng.normal(size=shape)
    return dict(pred=pred, target=pred + far * rng.normal(size=shape), dout=float(rng.normal() * 2))


LOSS_CASES = [
    dict(pred=np.array([1.0, 2, 4, -1, 0.5]), target=np.array([1.0, 0, 3, 1.5, 2]), dout=1.0),
    dict(pred=np.array([1.0, 2, 4, -1, 0.5, 3, 2.5]), target=np.array([-1.0, 0, 3, 1.5, 2, 3, -4]), dout=-0.7),
    dict(pred=np.array([[1.0, 2, -3, 0.25], [0.5, -2, 6, 1], [4, 0.1, 3, -7]]),
         target=np.array([[0.0, 4, -3, 1], [2.5, -2.5, 1, 3], [1, 2.1, 0.5, -2]]), dout=2.0),
]


def loss_task(name, points, **more):
    return Task(
        points=points,
        functions=(f"{name}_forward", f"{name}_backward"),
        calls=f"loss, cache = {name}_forward(pred, target)\ndpred = {name}_backward(dout, cache)",
        returns=("loss", "dpred"),
        visible=LOSS_CASES,
        edges=[*LOSS_CASES[1:], dict(pred=np.array([0.5, 2.0, -1.0]), target=np.array([0.5, 2.0, 1.0]), dout=1.0)],
        forbids=("sklearn", "scipy", "torch", "dl_helpers.numpy", "dl_helpers.torch"),
        **more,
    )


mse_loss = loss_task(
    "mse_loss", 3,
    inputs=predictions,
    misconceptions=[
        Wrong("loss = (error ** 2).sum()", "The loss is a mean: the sum still has to be divided by the number of entries."),
        Wrong("loss = (error ** 2).sum() / 2", "There is no factor 1/2 in this loss, and the mean is missing."),
        Wrong("loss = (error ** 2).mean() / 2",
              "Some books put a factor 1/2 in front of the squared error; this loss has none."),
        Wrong("loss = np.sqrt((error ** 2).mean())",
              "You took the root: that is the root mean squared error, another measure."),
        Wrong("loss = (error ** 2).sum() / len(error)",
              "You divided by the number of rows. The mean is over all entries: an array of two axes has more entries "
              "than rows.",
              when="pred.ndim > 1"),
        Wrong("loss = np.abs(error).mean()", "These are absolute errors; this loss squares them."),
        Wrong("loss = error.mean() ** 2",
              "You squared the mean. Errors of opposite sign cancel that way: square first, then take the mean."),
        Wrong("loss = (error ** 2).mean(axis=0)", "The mean is over all entries, not along one axis: the loss is one number.",
              when="pred.ndim > 1"),
        Wrong("dpred = dout * error / error.size",
              "The 2 is missing: the slope of e² is 2e."),
        Wrong("dpred = dout * 2 * error",
              "The 1/n of the mean is missing in the gradient: every entry has only an n-th share in the loss."),
        Wrong("dpred = 2 * error / error.size",
              "dout is missing: what arrives from behind multiplies the gradient (chain rule)."),
        Wrong("dpred = -dout * 2 * error / error.size",
              "The gradient points the wrong way: is it the one with respect to target?"),
        Wrong("dpred = dout * 2 * error / len(error)",
              "You divided the gradient by the number of rows; the mean of the loss is over all entries.",
              when="pred.ndim > 1"),
        Wrong("dpred = dout * 2 * error.mean()", "The gradient has one number for each entry of pred; yours is a single one."),
        Wrong("dpred = dout * 2 * error ** 2 / error.size",
              "The gradient holds the squared error; differentiating lowers the power to one."),
        Wrong("dpred = dout + 2 * error / error.size", "dout is added; the chain rule multiplies."),
    ],
    alternatives=[
        "loss = np.mean(np.square(error))",
        "loss = (error.ravel() @ error.ravel()) / error.size",
        "dpred = dout * (error + error) / error.size",
        """
        def mse_loss_forward(pred, target):
            return np.mean((target - pred) ** 2), (pred, target)

        def mse_loss_backward(dout, cache):
            pred, target = cache
            return (pred - target) * (2 * dout / pred.size)
        """,
        """
        def mse_loss_forward(pred, target):
            return sum((p - t) ** 2 for p, t in zip(pred.flat, target.flat)) / pred.size, {"e": pred - target}

        def mse_loss_backward(dout, cache):
            e = cache["e"]
            return np.stack([dout * 2 / e.size * v for v in e.flat]).reshape(e.shape).astype(e.dtype)
        """,
    ],
)


def predictions_with_ties(rng):
    inputs = predictions(rng)
    hit = rng.random(inputs["pred"].shape) < 0.2
    return inputs | dict(target=np.where(hit, inputs["pred"], inputs["target"]))


l1_loss = loss_task(
    "l1_loss", 2,
    inputs=predictions_with_ties,
    misconceptions=[
        Wrong("loss = np.abs(error).sum()", "The loss is a mean: the sum still has to be divided by the number of entries."),
        Wrong("loss = (error ** 2).mean()", "These are squared errors; this loss takes absolute values."),
        Wrong("loss = np.abs(error.mean())",
              "You took the absolute value of the mean. Errors of opposite sign cancel that way: absolute values first."),
        Wrong("loss = error.mean()", "The absolute value is missing: errors of opposite sign cancel."),
        Wrong("loss = np.abs(error).sum() / len(error)",
              "You divided by the number of rows. The mean is over all entries: an array of two axes has more entries "
              "than rows.",
              when="pred.ndim > 1"),
        Wrong("dpred = dout * np.sign(error)",
              "The 1/n of the mean is missing in the gradient: every entry has only an n-th share in the loss."),
        Wrong("dpred = dout * np.where(error > 0, 1, -1) / error.size",
              "Where pred equals target the slope must be 0; your gradient pushes such an entry away from a perfect "
              "prediction."),
        Wrong("dpred = dout * np.where(error >= 0, 1, -1) / error.size",
              "Where pred equals target the slope must be 0; your gradient is positive there."),
        Wrong("dpred = dout * error / np.abs(error) / error.size",
              "e/|e| is the sign of e, but where pred equals target it is 0/0, which is nan. There the slope must be 0."),
        Wrong("dpred = -dout * np.sign(error) / error.size",
              "The gradient points the wrong way: is it the one with respect to target?"),
        Wrong("dpred = np.sign(error) / error.size",
              "dout is missing: what arrives from behind multiplies the gradient (chain rule)."),
        Wrong("dpred = dout * error / error.size",
              "The gradient grows with the error. The slope of |e| does not: it is only a direction, and that is why this "
              "loss is robust."),
        Wrong("dpred = dout * np.abs(error) / error.size",
              "This is the absolute value itself; its slope is a direction, without a size."),
        Wrong("dpred = dout * np.sign(error) / len(error)",
              "You divided the gradient by the number of rows; the mean of the loss is over all entries.",
              when="pred.ndim > 1"),
        Wrong("dpred = dout * 2 * np.sign(error) / error.size", "There is a factor 2 left over from the squared error."),
    ],
    alternatives=[
        "loss = np.mean(np.abs(error))",
        "loss = np.maximum(error, -error).sum() / error.size",
        "dpred = dout * ((error > 0).astype(error.dtype) - (error < 0)) / error.size",
        """
        def l1_loss_forward(pred, target):
            return np.abs(target - pred).mean(), (pred, target)

        def l1_loss_backward(dout, cache):
            pred, target = cache
            slope = np.zeros_like(pred)
            slope[pred > target] = 1
            slope[pred < target] = -1
            return slope * (dout / pred.size)
        """,
    ],
)


def dependent(rng, n=7):
    """A design matrix whose last column is the sum of two others, up to rounding."""
    X = design(rng, n, 3)
    return dict(X=np.column_stack([X, X[:, 1] + X[:, 2] * 0.3]), y=rng.normal(size=n))


def wide(rng):
    """Fewer samples than columns."""
    return dict(X=design(rng, 3, 5), y=rng.normal(size=3))


def rounded(inputs):
    return {k: v.round(2) for k, v in inputs.items()}


_rng = np.random.default_rng(2)
REGULAR = [rounded(design_and_targets(_rng)) for _ in range(2)]

SINGULAR = ("With dependent columns there is no single best theta: XᵀX has no inverse, and rounding lets `solve` and `inv` "
            "return huge numbers without meaning. Look at the rank first, and raise a ValueError.")

normal_equations = Task(
    points=3,
    inputs=lambda rng: [design_and_targets, design_and_targets, design_and_targets, dependent, wide][int(rng.integers(5))](rng),
    returns=("theta",),
    visible=[*REGULAR, dependent(_rng), wide(_rng)],
    edges=[dependent(_rng, 20), design_and_targets(_rng), wide(_rng),
           dict(X=np.array([[1.0, 2, 0], [1, 3, 0], [1, -1, 0], [1, 4, 0]]), y=np.array([1.0, 2, 3, 4]))],
    forbids=READY_MADE,
    float32=False,
    misconceptions=[
        Wrong("def normal_equations(X, y):\n    return np.linalg.solve(X.T @ X, X.T @ y)",
              SINGULAR),
        Wrong("def normal_equations(X, y):\n    return np.linalg.inv(X.T @ X) @ X.T @ y",
              SINGULAR),
        Wrong("def normal_equations(X, y):\n    u, s, vt = np.linalg.svd(X, full_matrices=False)\n"
              "    keep = s > 1e-10 * s[0]\n    return vt[keep].T @ ((u.T @ y)[keep] / s[keep])",
              SINGULAR),
        Wrong("theta = np.linalg.solve(X.T @ X, X.T @ y) / len(y)",
              "theta is divided by the number of samples; the 1/n of the mean is on "
              "both sides of the equation and cancels."),
        Wrong("theta = np.linalg.solve(X.T @ X + np.eye(X.shape[1]), X.T @ y)",
              "There is something added to XᵀX: that is ridge regression, which comes in task 6."),
        Wrong("theta = X.T @ y", "This is only the right-hand side Xᵀy; the system still has to be solved."),
        Wrong("theta = np.linalg.solve(X.T @ X, X.T @ (y - y.mean()))",
              "You subtracted the mean of y: the bias theta[0] lost it."),
        Wrong("theta = np.linalg.inv(X.T @ X) * (X.T @ y)", "`*` multiplies entry by entry; a matrix times a vector is `@`."),
        Wrong("np.linalg.matrix_rank(X) < X.shape[1] -> np.linalg.matrix_rank(X) < min(X.shape)",
              "With fewer samples than columns the solution is not unique either: the rank must equal the number of columns."),
        Wrong("theta = np.linalg.solve(X.T @ X, X.T @ y)[:, None]", "theta has one axis, shape (K,)."),
        Wrong("theta = 2 * np.linalg.solve(X.T @ X, X.T @ y)",
              "theta is twice too large: the 2 of the gradient is on both sides of the equation and cancels."),
    ],
    alternatives=[
        "theta = np.linalg.inv(X.T @ X) @ X.T @ y",
        "theta = np.linalg.inv(X.T @ X) @ (X.T @ y)",
        """
        def normal_equations(X, y):
            q, r = np.linalg.qr(X)
            if X.shape[0] < X.shape[1] or np.abs(np.diag(r)).min() < 1e-10 * np.abs(np.diag(r)).max():
                raise ValueError("dependent columns")
            return np.linalg.solve(r, q.T @ y)
        """,
        """
        def normal_equations(X, y):
            u, s, vt = np.linalg.svd(X, full_matrices=False)
            if X.shape[0] < X.shape[1] or s[-1] < 1e-10 * s[0]:
                raise ValueError("dependent columns")
            return vt.T @ (u.T @ y / s)
        """,
    ],
)

UPHILL = ("You climb: the gradient points uphill, so it is subtracted. Look at both signs: that of the step, and that of the "
          "error, which is Xθ − y.")

gradient_descent = Task(
    points=3,
    inputs=lambda rng: design_and_targets(rng, lr=float(rng.uniform(0.01, 0.1)), steps=int(rng.integers(1, 12))),
    returns=("theta", "losses"),
    visible=[
        dict(X=np.array([[1.0], [1.0]]), y=np.array([1.0, 3.0]), lr=0.25, steps=2),
        rounded(design_and_targets(_rng)) | dict(lr=0.05, steps=4),
        rounded(design_and_targets(_rng)) | dict(lr=0.1, steps=9),
    ],
    edges=[dict(X=np.array([[1.0, 2], [1, 0], [1, -1]]), y=np.array([1.0, 3, 0]), lr=0.1, steps=0)],
    forbids=READY_MADE,
    float32=False,
    misconceptions=[
        Wrong("lr * 2 / n -> lr / n", "The 2 is missing in the gradient of the mean squared error."),
        Wrong("lr * 2 / n -> lr * 2", "The 1/n is missing in the gradient: the loss is a mean, so is its gradient."),
        Wrong("theta - lr -> theta + lr", UPHILL),
        Wrong("np.zeros(k) -> np.ones(k)", "The walk does not start at 0."),
        Wrong("lr * 2 / n -> lr * 2 / k", "You divided by the number of parameters; the mean is over the samples."),
        Wrong("""
        def gradient_descent(X, y, lr, steps):
            n, k = X.shape
            theta, losses = np.zeros(k), []
            for _ in range(steps):
                error = X @ theta - y
                losses.append((error ** 2).mean())
                theta = theta - lr * 2 / n * X.T @ error
            return theta, np.array(losses)
        """, "The loss after the last step is missing: steps + 1 losses, the one at the start and one after each step."),
        Wrong("""
        def gradient_descent(X, y, lr, steps):
            n, k = X.shape
            theta, losses = np.zeros(k), []
            for _ in range(steps):
                theta = theta - lr * 2 / n * X.T @ (X @ theta - y)
                losses.append(((X @ theta - y) ** 2).mean())
            return theta, np.array(losses)
        """, "The loss before the first step is missing: steps + 1 losses, the one at the start and one after each step."),
        Wrong("step < steps -> True", "One step too many: theta is returned after steps + 1 steps."),
        Wrong("step < steps -> step < steps - 1", "One step too few."),
        Wrong("losses[step] = (error ** 2).sum()", "The losses are means: divide the sums by the number of samples."),
        Wrong("error = X @ theta - y -> error = y - X @ theta",
              UPHILL),
    ],
    alternatives=[
        "lr * 2 / n * X.T @ error -> lr * (2 / n) * (error @ X)",
        """
        def gradient_descent(X, y, lr, steps):
            theta = np.zeros(X.shape[1])
            losses = [np.mean((X @ theta - y) ** 2)]
            for _ in range(steps):
                theta -= lr * 2 * X.T @ (X @ theta - y) / len(y)
                losses.append(np.mean((X @ theta - y) ** 2))
            return theta, np.array(losses)
        """,
        """
        def gradient_descent(X, y, lr, steps):
            a, b = 2 / len(y) * X.T @ X, 2 / len(y) * X.T @ y
            path = [np.zeros(X.shape[1])]
            for _ in range(steps):
                path.append(path[-1] - lr * (a @ path[-1] - b))
            return path[-1], ((np.array(path) @ X.T - y) ** 2).mean(axis=1)
        """,
    ],
    equivalent={
        "theta = -np.zeros(k)": "minus zero is zero",
        "losses = -np.zeros(steps + 1)": "every entry is overwritten",
        "losses = np.ones(steps + 1)": "every entry is overwritten",
    },
)


def equal_columns(rng, strength):
    X = design(rng, 6, 2)
    return dict(X=np.column_stack([X, X[:, 1]]), y=rng.normal(size=6), strength=strength)


ridge = Task(
    points=3,
    inputs=lambda rng: design_and_targets(rng, strength=float(rng.uniform(0.05, 2))),
    returns=("theta",),
    visible=[*[rounded(design_and_targets(_rng)) | dict(strength=s) for s in (0.5, 0.0, 0.3)], equal_columns(_rng, 0.1)],
    edges=[equal_columns(_rng, 1.5), design_and_targets(_rng, strength=0.0), design_and_targets(_rng, strength=100.0)],
    forbids=READY_MADE,
    float32=False,
    misconceptions=[
        Wrong("n * strength * np.eye(k) -> strength * np.eye(k)",
              "The penalty must be multiplied by n: the squared error is divided by n, and multiplying the whole equation by n "
              "moves it in front of λ."),
        Wrong("def ridge(X, y, strength):\n    return np.linalg.solve(X.T @ X + strength * np.eye(X.shape[1]), X.T @ y)",
              "Two things are missing. The squared error is divided by n, so λ must be multiplied by n beside XᵀX; and the "
              "bias must not be penalised."),
        Wrong("penalty[0, 0] = 0 -> pass", "The bias is penalised: it is pulled to 0, and with it all predictions."),
        Wrong("penalty[0, 0] = 0 -> penalty[-1, -1] = 0", "The last weight is spared, not the bias. The bias is the first."),
        Wrong("X.T @ X + penalty -> X.T @ X - penalty", "The penalty is subtracted: that rewards large weights."),
        Wrong("n * strength * np.eye(k) -> n * strength * np.ones((k, k))",
              "λ was added to every entry of XᵀX; it belongs on the diagonal only.",
              when="np.linalg.matrix_rank(X) == X.shape[1]"),
        Wrong("n * strength * np.eye(k) -> n * strength / 2 * np.eye(k)",
              "The penalty is half of what it must be: the slope of λθ² is 2λθ, and its 2 cancels with that of the "
              "squared error."),
        Wrong("n * strength * np.eye(k) -> 2 * n * strength * np.eye(k)",
              "The penalty is twice what it must be: both terms have a 2 in their gradient, and they cancel."),
        Wrong("n * strength * np.eye(k) -> n * strength ** 2 * np.eye(k)", "λ was squared; only the weights are."),
        Wrong("theta = np.linalg.solve(X.T @ X, X.T @ y) / (1 + strength)",
              "You shrank the unpenalised solution by one factor. Ridge shrinks most in the directions about which the "
              "data say least.",
              when="np.linalg.matrix_rank(X) == X.shape[1]"),
        Wrong("n * strength * np.eye(k) -> k * strength * np.eye(k)",
              "The factor of the penalty is the number of samples, not of parameters."),
    ],
    alternatives=[
        "penalty = np.diag(np.r_[0.0, np.full(k - 1, n * strength)])",
        "theta = np.linalg.inv(X.T @ X + penalty) @ X.T @ y",
        """
        def ridge(X, y, strength):
            n, k = X.shape
            rows = np.sqrt(n * strength) * np.eye(k)[1:]
            q, r = np.linalg.qr(np.vstack([X, rows]))
            return np.linalg.solve(r, q.T @ np.concatenate([y, np.zeros(k - 1)]))
        """,
        """
        def ridge(X, y, strength):
            mean, offset = X[:, 1:].mean(axis=0), y.mean()
            Z = X[:, 1:] - mean
            w = np.linalg.solve(Z.T @ Z / len(y) + strength * np.eye(Z.shape[1]), Z.T @ (y - offset) / len(y))
            return np.concatenate([[offset - mean @ w], w])
        """,
    ],
)


def curve(rng):
    """Points of a noisy wave, split in two."""
    n, m = int(rng.integers(10, 14)), int(rng.integers(9, 12))       # more points than powers, or a curve could meet them all
    t = rng.uniform(-1, 1, size=n + m)
    y = np.sin(3 * t) + t + 0.1 * rng.normal(size=n + m)
    degrees = sorted(int(d) for d in rng.choice(7, size=4, replace=False))
    return dict(t=t[:4] + 1.5, degree=int(rng.integers(1, 5)),
                t_train=t[:n], y_train=y[:n], t_val=t[n:], y_val=y[n:], degrees=degrees)


validation_errors = Task(
    points=3,
    inputs=curve,
    functions=("polynomial_features", "validation_errors"),
    calls="X = polynomial_features(t, degree)\n"
          "errors, best = validation_errors(t_train, y_train, t_val, y_val, degrees)",
    returns=("X", "errors", "best"),
    edges=[dict(t=np.array([2.0, 3.0]), degree=0, t_train=np.array([0.0, 0.5, 1, 2]), y_train=np.array([1.0, 2, 0, 1]),
                t_val=np.array([0.2, 1.5]), y_val=np.array([1.0, 0.5]), degrees=[2, 0, 1])],
    tolerance=1e-5,
    float32=False,
    forbids=("numpy.polyfit", "numpy.vander", "numpy.polynomial", "scipy", "sklearn",
             "dl_helpers.numpy", "dl_helpers.torch", "torch"),
    misconceptions=[
        Wrong("np.arange(degree + 1) -> np.arange(degree)",
              "The highest power is missing: a polynomial of degree d has d + 1 columns."),
        Wrong("np.arange(degree + 1) -> np.arange(1, degree + 1)",
              "The column of ones (power 0) is missing: the curve has no bias."),
        Wrong("np.arange(degree + 1) -> np.arange(degree, -1, -1)",
              "The powers run from high to low; column j is the power j."),
        Wrong("X = t[:, None] * np.arange(degree + 1)",
              "These are multiples of t; a polynomial needs its powers (** instead of *)."),
        Wrong("errors[i] = ((polynomial_features(t_train, degree) @ theta - y_train) ** 2).mean()",
              "These are the training errors. They can only fall as the degree grows, and so they always choose the largest."),
        Wrong("theta = np.linalg.lstsq(polynomial_features(t_val, degree), y_val)[0]",
              "You fitted to the validation data. Then their error says nothing about new data."),
        Wrong("errors[i] = ((pred - y_val) ** 2).sum()",
              "The errors are means: divide the sums by the number of validation points."),
        Wrong("errors[i] = np.sqrt(((pred - y_val) ** 2).mean())", "You took the root; the mean squared error is asked for."),
        Wrong("best = errors.argmin()", "best is a place in the list `degrees`; the degree that stands there is asked for."),
        Wrong("best = degrees[errors.argmax()]", "best is the degree with the largest error."),
        Wrong("best = errors.min()", "best is the smallest error; the degree that has it is asked for."),
        Wrong("for i, degree in enumerate(degrees) -> for i, degree in enumerate(range(len(degrees)))",
              "You fitted the degrees 0, 1, 2, ...; the degrees to fit are those in the list `degrees`."),
    ],
    alternatives=[
        "X = np.stack([t ** j for j in range(degree + 1)], axis=1)",
        "X = np.cumprod(np.column_stack([np.ones_like(t)] + [t] * degree), axis=1)",
        "best = min(zip(errors, degrees))[1]",
        "best = degrees[int(np.argmin(errors))]",
        """
        def validation_errors(t_train, y_train, t_val, y_val, degrees):
            def error(degree):
                q, r = np.linalg.qr(polynomial_features(t_train, degree))
                theta = np.linalg.solve(r, q.T @ y_train)
                return np.mean((y_val - polynomial_features(t_val, degree) @ theta) ** 2)
            errors = [error(degree) for degree in degrees]
            return np.array(errors), degrees[errors.index(min(errors))]
        """,
    ],
    equivalent={
        "errors = -np.zeros(len(degrees))": "every entry is overwritten",
        "errors = np.ones(len(degrees))": "every entry is overwritten",
        "errors[i] = ((y_val - pred) ** 2).mean()": "a square does not see the sign",
    },
)


def patients(rng):
    """A split of the diabetes data; the first 20 new patients are the ones with the highest body mass index.

    For half of the seeds the score counts the other way round, so that looking the patients up does not help.
    """
    data = diabetes()
    x, y = data.x, data.y if rng.random() < 0.5 else 371 - data.y
    order = rng.permutation(len(y))
    train, new = order[:280], order[280:]
    new = new[np.argsort(-x[new, 2], kind="stable")]
    rows = np.arange(20)
    return dict(x_train=x[train], y_train=y[train], x_new=x[new], y_new=y[new], x_group=x[new][rows], rows=rows)


predict_diabetes = Task(
    points=3,
    inputs=patients,
    visible=lambda: [patients(np.random.default_rng(25))],
    calls="pred = predict_diabetes(x_train, y_train, x_new)\n"
          "group_alone = predict_diabetes(x_train, y_train, x_group)\n"
          "group_in_pred = pred[rows]",
    returns=("pred", "group_alone"),
    scores={"pred": Score("rmse", "y_new", 65), "group_alone": Score(
        "difference", "group_in_pred", 0.01,
        hint="The same patients get other predictions when they come alone. Something is computed from the new patients "
             "together, such as their own mean.")},
    float32=False,
    forbids=("sklearn", "scipy", "torch", "dl_helpers.data"),
    misconceptions=[
        Wrong("return np.full(len(x_new), y_train.mean())",
              "Every patient gets the same answer, the mean: the features are not used."),
        Wrong("X_new = np.column_stack([np.ones(len(x_new)), (x_new - x_new.mean(axis=0)) / x_new.std(axis=0)])",
              "New patients are standardised with their own mean and deviation. Then a patient's prediction depends on "
              "who else is in "
              "the group. Keep the mean and deviation of the training data."),
        Wrong("X_new = np.column_stack([np.ones(len(x_new)), x_new])",
              "The weights belong to standardised features, but the new patients' features come in their own units."),
        Wrong("X_new = np.column_stack([np.zeros(len(x_new)), (x_new - mean) / std])",
              "The predictions lack the bias: they vary rightly, but around 0."),
        Wrong("theta = np.linalg.solve(X.T @ X + len(X) * np.eye(11), X.T @ y_train)",
              "A strong penalty acts on the bias too, and pulls all predictions towards 0."),
        Wrong("""
        def predict_diabetes(x_train, y_train, x_new):
            X = np.column_stack([np.ones(len(x_train)), x_train])
            theta = np.zeros(11)
            for _ in range(1000):
                theta = theta - 0.01 * 2 / len(X) * X.T @ (X @ theta - y_train)
            return np.column_stack([np.ones(len(x_new)), x_new]) @ theta
        """, "The descent diverged: features in their own units make a bowl so steep that this learning rate jumps out of "
        "it. Standardise first."),
        Wrong("""
        def predict_diabetes(x_train, y_train, x_new):
            mean, std = x_train.mean(axis=0), x_train.std(axis=0)
            X = np.column_stack([np.ones(len(x_train)), (x_train - mean) / std])
            theta = np.zeros(11)
            for _ in range(20):
                theta = theta - 0.01 * 2 / len(X) * X.T @ (X @ theta - y_train)
            return np.column_stack([np.ones(len(x_new)), (x_new - mean) / std]) @ theta
        """, "The descent has not arrived: the predictions are still near the 0 where it started. Take more steps, or "
        "larger ones."),
    ],
    alternatives=[
        """
        def predict_diabetes(x_train, y_train, x_new):
            X = np.column_stack([np.ones(len(x_train)), x_train])
            theta = np.linalg.lstsq(X, y_train, rcond=None)[0]
            return np.column_stack([np.ones(len(x_new)), x_new]) @ theta
        """,
        """
        def predict_diabetes(x_train, y_train, x_new):
            mean, std = x_train.mean(axis=0), x_train.std(axis=0)
            X = np.column_stack([np.ones(len(x_train)), (x_train - mean) / std])
            theta = np.zeros(11)
            for _ in range(500):
                theta = theta - 0.1 * 2 / len(X) * X.T @ (X @ theta - y_train)
            return np.column_stack([np.ones(len(x_new)), (x_new - mean) / std]) @ theta
        """,
        """
        def predict_diabetes(x_train, y_train, x_new):
            low, high = x_train.min(axis=0), x_train.max(axis=0)
            X = np.column_stack([np.ones(len(x_train)), (x_train - low) / (high - low)])
            theta = np.linalg.solve(X.T @ X, X.T @ y_train)
            return np.column_stack([np.ones(len(x_new)), (x_new - low) / (high - low)]) @ theta
        """,
    ],
    equivalent={
        "mean, std = x_train.mean(), x_train.std(axis=0)": "a shift of all patients alike goes into the bias",
        "mean, std = x_train.sum(axis=0), x_train.std(axis=0)": "a shift of all patients alike goes into the bias",
        "mean, std = x_train.mean(axis=0), x_train.std()": "a scale of all patients alike goes into the weights",
        "mean, std = x_train.mean(axis=0), x_train.var(axis=0)": "a scale of all patients alike goes into the weights",
    },
)

quiz_bounce = Quiz(
    points=1,
    answer=-5,
    wrong={
        5: "After an even number of steps it is back at 5; seven is odd.",
        0: "The minimum is at 0, but with this learning rate a step of 2·5 leads from 5 to −5: it jumps over the minimum.",
    },
)

quiz_stable = Quiz(
    points=1,
    answer=2 / 9,
    wrong={
        1 / 9: "1/L leads to the minimum of the steep direction in one step; it converges up to 2/L.",
        4 / 9: "The curvature is the largest eigenvalue of 2/n XᵀX; mind the 2 and the n.",
        2 / 3: "The column has the length 3, but XᵀX holds its square.",
        2: "This is the border of the flat direction; the steep one diverges long before.",
    },
)

quiz_constant = Quiz(
    points=1,
    answer="b",
    choices="abcd",
    wrong={
        "a": "The mean minimises the mean squared error.",
        "c": "The middle between the extremes minimises the largest error.",
        "d": "0 is only best if as many targets lie above it as below.",
    },
)

quiz_capacity = Quiz(
    points=1,
    answer="c",
    choices="abcd",
    wrong={
        "a": "It overfits: with more data the same polynomial has less freedom to follow the noise.",
        "b": "It overfits: a penalty takes away part of its freedom.",
        "d": "It overfits: a smaller degree has less freedom. Degree 3 shows it.",
    },
)
