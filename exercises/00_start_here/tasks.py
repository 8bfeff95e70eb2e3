"""The tasks of exercise 00. The right solutions stand in the notebook; here is all that tells them from wrong ones."""

import numpy as np

from dl_helpers.check import Formula, Quiz, Task, Wrong

READY_MADE = ("dl_helpers.numpy", "dl_helpers.torch", "dl_helpers.check.gradients", "torch", "scipy", "sklearn")


def table(rng):
    n, d = int(rng.integers(3, 8)), int(rng.integers(2, 6))
    return dict(x=rng.normal(size=(n, d)))


WEATHER = dict(x=np.array([[20.0, 1], [30, 3], [10, 5]]))

feature_means = Task(
    points=1,
    inputs=table,
    returns=("means",),
    visible=[WEATHER, dict(x=np.array([[1.0, 2, 4, 1], [3, -1, 0, 5], [0.5, 4, 2, 0]])),
             dict(x=np.array([[1.0, 2, -3], [4, 6, 0.5], [1, 0, 8]]))],
    edges=[dict(x=np.array([[2.0, -1.0, 5.0]])), dict(x=np.array([[1.0], [2.0], [6.0]]))],
    forbids=READY_MADE,
    misconceptions=[
        Wrong("means = x.mean(axis=1)",
              "You averaged along each row, over the features of one sample. `axis` names the axis that disappears: to keep "
              "the features, let the samples (axis 0) disappear."),
        Wrong("means = x.mean()",
              "Without `axis` everything is averaged to one number. Each feature keeps a mean of its own."),
        Wrong("means = x.sum(axis=0)", "These are the sums of the features; a mean still divides by the number of samples."),
        Wrong("means = x.mean(axis=0, keepdims=True)",
              "The means are right, but they lie in a table with one row, (1, D). One axis is asked for: (D,)."),
        Wrong("means = x.sum(axis=0) / x.shape[1]",
              "You divided by the number of features. Each sum has one term for each sample, so divide by the number of rows.",
              when="x.shape[0] != x.shape[1]"),
        Wrong("means = np.median(x, axis=0)", "This is the median, the value in the middle; the mean is asked for."),
        Wrong("means = x[0]", "This is the first sample, not the mean of all of them."),
        Wrong("means = (x.max(axis=0) + x.min(axis=0)) / 2",
              "You took the middle between the largest and the smallest value; the mean counts every sample.",
              when="len(x) > 2 and x.shape != (3, 2)"),
        Wrong("means = x.sum(axis=0) / (len(x) - 1)", "You divided by N − 1. A mean divides by the number of samples, N."),
    ],
    alternatives=[
        "means = np.mean(x, axis=0)",
        "means = x.sum(axis=0) / len(x)",
        "means = np.ones(len(x), x.dtype) @ x / len(x)",
        "means = x.T.mean(axis=1)",
        "def feature_means(x):\n    return np.array([sum(column) / len(x) for column in x.T], x.dtype)",
    ],
)


def positive_table(rng):
    n, d = int(rng.integers(2, 7)), int(rng.integers(2, 7))
    return dict(x=rng.uniform(0.5, 6, size=(n, d)))


broadcast = Task(
    points=2,
    functions=("centre", "shares"),
    calls="centred = centre(x)\nshare = shares(x)",
    returns=("centred", "share"),
    inputs=positive_table,
    visible=[dict(x=np.array([[1.0, 2, 5], [3, 4, 1]])),
             dict(x=np.array([[1.0, 2, 3], [4, 1, 5], [2, 9, 1]])),
             dict(x=np.array([[0.5, 2.5], [3, 1], [2, 6], [1, 3]]))],
    edges=[dict(x=np.array([[2.0], [3.0], [7.0]])), dict(x=np.array([[1.0, 4.0]])), dict(x=np.arange(1.0, 17).reshape(4, 4))],
    forbids=READY_MADE,
    misconceptions=[
        Wrong("centred = x - x.mean()",
              "One mean was subtracted from the whole table. Each column has a mean of its own."),
        Wrong("centred = x - x.mean(axis=1)",
              "The means of the rows, of shape (N,), were laid along the columns: shapes are lined up at their right "
              "end. Asked "
              "for are the means of the columns."),
        Wrong("centred = x - x.mean(axis=1, keepdims=True)",
              "You subtracted the mean of each row. Each feature is to have the mean 0, so subtract the mean of each column."),
        Wrong("centred = x + x.mean(axis=0)", "The means were added; subtract them, and nothing but spread remains."),
        Wrong("centred = x.mean(axis=0) - x", "The difference has the wrong sign: value minus mean, so that large values "
              "stay above small ones."),
        Wrong("centred = (x - x.mean(axis=0)) / x.std(axis=0)",
              "You also divided by the standard deviation. That is called standardising; here only the mean goes."),
        Wrong("share = x / x.sum(axis=1)",
              "The sums of the rows have shape (N,), and shapes are lined up at their right end, so each column met "
              "one of them "
              "(or did not fit). Keep the axis: a column of shape (N, 1) meets the rows."),
        Wrong("share = x / x.sum(axis=0)", "Each column was divided by its sum. Here each row is to add up to 1."),
        Wrong("share = x / x.sum()", "You divided by the sum of the whole table: now all entries together make 1, not "
                                     "each row."),
        Wrong("share = x / x.mean(axis=1, keepdims=True)",
              "You divided by the mean of each row, so that a row adds up to the number of columns instead of 1."),
        Wrong("share = x / x.max(axis=1, keepdims=True)",
              "You divided by the largest entry: that makes the largest 1, not the sum."),
        Wrong("share = 100 * x / x.sum(axis=1, keepdims=True)", "These are percent. As shares, the row adds up to 1."),
    ],
    alternatives=[
        "centred = x - np.mean(x, axis=0, keepdims=True)",
        "centred = x - x.sum(axis=0) / len(x)",
        "centred = (x.T - x.mean(axis=0)[:, None]).T",
        "share = x / x.sum(axis=1)[:, None]",
        "share = (x.T / x.sum(axis=1)).T",
        "share = x / x.sum(axis=1).reshape(-1, 1)",
        """
        def centre(x):
            return x - np.repeat(x.mean(axis=0)[None], len(x), axis=0)

        def shares(x):
            return np.stack([row / row.sum() for row in x])
        """,
    ],
)


def distances_case(rng):
    n, d = int(rng.integers(2, 8)), int(rng.integers(2, 6))
    return dict(x=rng.normal(size=(n, d)), c=rng.normal(size=d), w=rng.uniform(0.1, 3, size=d))


weighted_distances = Task(
    points=2,
    inputs=distances_case,
    returns=("out",),
    visible=[dict(x=np.array([[1.0, 2], [3, 0], [0, -1]]), c=np.array([1.0, 0]), w=np.array([1.0, 0.5])),
             dict(x=np.array([[1.0, 2, -1], [0.5, 3, 2], [2, 0, 4]]), c=np.array([0.5, 1, 2]), w=np.array([2.0, 0.5, 3])),
             dict(x=np.array([[1.0, -2, 3, 0.5], [2, 2, 1, -1]]), c=np.array([0.5, 1, -1, 2]), w=np.array([1.0, 2, 0.25, 4]))],
    edges=[dict(x=np.array([[2.0]]), c=np.array([5.0]), w=np.array([0.5])),
           dict(x=np.arange(12.0).reshape(3, 4), c=np.zeros(4), w=np.array([1.0, 0, 2, 0.5]))],
    forbids=(*READY_MADE, "loops", "numpy.vectorize", "numpy.apply_along_axis", "numpy.nditer"),
    misconceptions=[
        Wrong("out = (w * (x - c)).sum(axis=1)", "The square is missing: differences of opposite sign cancel."),
        Wrong("out = (w * np.abs(x - c)).sum(axis=1)", "You took absolute values; the loop squares the differences."),
        Wrong("out = (w * (x - c) ** 2).sum(axis=0)",
              "You summed over the samples. The loop adds up the D terms of one sample and gives a number for each sample."),
        Wrong("out = (w * (x - c) ** 2).sum()",
              "All terms became one number. The loop has an entry of `out` for each sample; only d is summed over."),
        Wrong("out = ((w * (x - c)) ** 2).sum(axis=1)",
              "The weights were squared too. In the loop the square belongs to the difference alone."),
        Wrong("out = np.sqrt((w * (x - c) ** 2).sum(axis=1))", "You took a root at the end; the loop has none."),
        Wrong("out = (w * (x - c) ** 2).mean(axis=1)", "You took the mean over the features; the loop adds them up."),
        Wrong("out = ((x - c) ** 2).sum(axis=1)", "The weights w are missing: every feature counts the same."),
        Wrong("out = (w * (x ** 2 - c ** 2)).sum(axis=1)",
              "You squared first and subtracted afterwards. The square of a difference is not a difference of squares."),
        Wrong("out = ((x - c) ** 2).sum(axis=1) * w",
              "The weights come too late: after the sum there are no features left to weigh. Multiply before you add up."),
        Wrong("out = (w * (x - c) ** 2)",
              "The terms are right; they still have to be added up over the features."),
        Wrong("out = (w * x ** 2).sum(axis=1)", "The point c is missing: this measures from the origin.",
              when="np.abs(c).max() > 0"),
        Wrong("out = (w * (x - c) ** 2).sum(axis=1, keepdims=True)",
              "The numbers are right, but they stand in a column, (N, 1). One axis is asked for: (N,)."),
    ],
    equivalent={"out = (w * (c - x) ** 2).sum(axis=1)": "a square does not see the sign"},
    alternatives=[
        "out = (x - c) ** 2 @ w",
        "out = np.einsum('nd,d->n', (x - c) ** 2, w)",
        "out = np.sum(w * np.square(x - c), axis=-1)",
        "out = x ** 2 @ w - 2 * x @ (w * c) + (w * c ** 2).sum()",
        "def weighted_distances(x, c, w):\n    e = (x - c[None, :]).T\n    return (w[:, None] * e * e).sum(axis=0)",
    ],
)


def layer(rng):
    n, d, m = (int(k) for k in rng.integers(2, 8, size=3))
    return dict(x=rng.normal(size=(n, d)), w=rng.normal(size=(d, m)), b=rng.normal(size=m), dout=rng.normal(size=(n, m)))


SQUARES = dict(x=np.array([[0.0, 1], [2, 3]]), w=np.ones((2, 2)), b=np.zeros(2), dout=np.array([[2.0, 2], [10, 10]]))
OBLONG = dict(x=np.array([[1.0, 2, 0], [-1, 0.5, 3], [2, 1, 1], [0, -2, 0.5]]), w=np.array([[1.0, -2], [0.5, 3], [2, 1]]),
              b=np.array([0.5, -1]), dout=np.array([[1.0, 2], [-1, 0.5], [3, 1], [0.5, -2]]))
CUBIC = dict(x=np.array([[1.0, 2, -1], [0.5, -3, 2], [4, 1, 0.5]]), w=np.array([[1.0, 2, 3], [-1, 0.5, 2], [4, 0, -2]]),
             b=np.array([1.0, -2, 0.5]), dout=np.array([[1.0, -1, 2], [0.5, 3, -2], [1, 1, 4]]))

affine = Task(
    points=4,
    functions=("affine_forward", "affine_backward"),
    calls="out, cache = affine_forward(x, w, b)\ndx, dw, db = affine_backward(dout, cache)",
    returns=("out", "dx", "dw", "db"),
    inputs=layer,
    visible=[OBLONG, SQUARES, CUBIC],
    edges=[dict(x=np.array([[1.0, 2, 3]]), w=np.array([[1.0], [-1], [2]]), b=np.array([0.5]), dout=np.array([[2.0]])), CUBIC],
    forbids=READY_MADE,
    misconceptions=[
        Wrong("out = x @ w", "The bias b is missing: without it the layer maps 0 to 0, always."),
        Wrong("out = x @ w - b", "The bias is subtracted; it is added."),
        Wrong("out = x @ w.T + b", "w was transposed. It has shape (D, M) already, so that the D of x meets the D of w.",
              when="not np.array_equal(w, w.T)"),
        Wrong("out = w @ x + b", "The product is in the wrong order: each row of x is a sample, so x stands in front."),
        Wrong("out = x * w + b", "`*` multiplies entry by entry; the matrix product is `@`."),
        Wrong("out = x @ (w + b)", "The bias joined the weights and is multiplied by x. It is added after the product."),
        Wrong("dx = dout @ w",
              "dx needs w transposed: dout has M columns and dx has D, so w must lead from M back to D.",
              when="not np.array_equal(w, w.T)"),
        Wrong("dx = w.T @ dout", "The order is wrong: dout stands in front, because its rows are the samples, as those of dx."),
        Wrong("dw = dout.T @ x", "dw is transposed: a gradient has the shape of what it belongs to, and w is (D, M)."),
        Wrong("dw = x @ dout", "x needs to be transposed here, so that the samples meet and are summed over."),
        Wrong("dw = x.T @ dout / len(x)",
              "dw is divided by the number of samples. A mean belongs to the loss; dout already carries it."),
        Wrong("db = dout.mean(axis=0)",
              "You took the mean over the batch. The mean belongs to the loss; dout already carries it, so db is a sum."),
        Wrong("db = dout.sum(axis=1)",
              "db sums over the outputs of each sample. The bias is shared by the rows of the batch, so sum over the rows."),
        Wrong("db = dout", "db is still a table. One b was used in every row, so what the rows say is added up to shape (M,)."),
        Wrong("db = dout[0]", "Only the first sample has a say. The bias was used in every row, so every row counts."),
        Wrong("db = dout.sum()", "db became a single number. Each of the M outputs has a bias of its own."),
        Wrong("db = dout.sum(axis=0, keepdims=True)", "db has shape (1, M); b has one axis, (M,), and so has its gradient."),
        Wrong("db = np.ones(dout.shape[1], dout.dtype)",
              "This is the derivative of out with respect to b; the chain rule multiplies it by dout and adds up the rows."),
        Wrong("affine_backward: return dw, dx, db",
              "dx and dw are exchanged: the gradients are returned in the order of the arguments, dx, dw, db."),
        Wrong("dx = w.T", "This is the derivative of out; what arrives from behind, dout, is missing."),
    ],
    alternatives=[
        "dw = np.einsum('nd,nm->dm', x, dout)",
        "dw = (dout.T @ x).T",
        "dx = (w @ dout.T).T",
        "db = np.ones(len(dout), dout.dtype) @ dout",
        """
        def affine_forward(x, w, b):
            ones = np.ones((len(x), 1), x.dtype)
            return np.hstack([x, ones]) @ np.vstack([w, b]), dict(x=x, w=w)

        def affine_backward(dout, cache):
            x, w = cache["x"], cache["w"]
            dwb = np.hstack([x, np.ones((len(x), 1), x.dtype)]).T @ dout
            return dout @ w.T, dwb[:-1], dwb[-1]
        """,
        """
        def affine_forward(x, w, b):
            return np.stack([row @ w + b for row in x]), [x, w, b]

        def affine_backward(dout, cache):
            x, w, b = cache
            dw = sum(np.outer(row, d) for row, d in zip(x, dout))
            return np.stack([w @ d for d in dout]), dw, sum(dout)
        """,
    ],
)


def function_of_an_array(rng):
    shape = [(3,), (2, 3), (1,), (4,), (2, 1, 2)][int(rng.integers(5))]
    a, b = rng.normal(size=shape), rng.normal(size=shape)
    text = ["np.sum(a * x ** 3) + np.sum(x) * np.sum(b * x)", "np.sum(np.sin(a * x) + b * x ** 4)",
            "np.sum(np.exp(a * x)) * np.sum(b * x)"][int(rng.integers(3))]
    return dict(f=Formula(text, "x", a=a, b=b), x=rng.uniform(0.5, 1.5, size=shape), h=float(10 ** rng.uniform(-3, -1)))


numerical_gradient = Task(
    points=3,
    inputs=function_of_an_array,
    returns=("grad",),
    visible=[dict(f=Formula("np.sum(x ** 3)"), x=np.array([1.0, 2, -3]), h=0.1),
             dict(f=Formula("np.sum(a * x ** 3) + np.sum(x) ** 2", a=np.array([[1.0, -2], [0.5, 3]])),
                  x=np.array([[1.0, 2], [-1, 0.5]]), h=0.05),
             dict(f=Formula("x[0] * x[1] * x[1] + x[0] ** 4"), x=np.array([2.0, -1]), h=0.2)],
    edges=[dict(f=Formula("np.sum(x ** 3)"), x=np.array([0.5]), h=0.1),
           dict(f=Formula("np.sum(x ** 2 * x[::-1])"), x=np.arange(1.0, 7).reshape(3, 2), h=0.02)],
    forbids=(*READY_MADE, "numpy.gradient"),
    float32=False,
    misconceptions=[
        Wrong("grad[index] = (f(x + step) - f(x)) / h",
              "This is the forward difference, one step to the right. The central one looks to both sides and is far "
              "more exact."),
        Wrong("grad[index] = (f(x) - f(x - step)) / h",
              "This is the backward difference, one step to the left. The central one looks to both sides."),
        Wrong("grad[index] = (f(x + step) - f(x - step)) / h",
              "Your slope is twice too large: between x − h and x + h lies the distance 2h."),
        Wrong("grad[index] = f(x + step) - f(x - step)",
              "This is only how much f changes; a slope divides by the distance walked, 2h."),
        Wrong("grad[index] = (f(x + step) - f(x - step)) / 2 * h",
              "`/ 2 * h` divides by 2 and then multiplies by h. Put the 2h into brackets."),
        Wrong("grad[index] = (f(x + step) - f(x - step)) / 2", "The distance is 2h; you divided by 2 and left the h out."),
        Wrong("grad[index] = (f(x - step) - f(x + step)) / (2 * h)",
              "The two values are exchanged, so every slope has the wrong sign: right minus left."),
        Wrong("grad[index] = (f(x + step) + f(x - step)) / (2 * h)", "The two values are added; a slope needs their "
                                                                     "difference."),
        Wrong("step = np.full(x.shape, h)",
              "All entries were moved at once, which gives the slope along the diagonal. Move one entry and leave the others.",
              when="x.size > 1"),
        Wrong("""
        def numerical_gradient(f, x, h):
            x, grad = x.copy(), np.zeros(x.shape)
            for index in np.ndindex(x.shape):
                x[index] += h
                right = f(x)
                x[index] -= 2 * h
                grad[index] = (right - f(x)) / (2 * h)
            return grad
        """, "An entry that was moved was never put back, so the later slopes are measured at another place.",
              when="x.size > 1"),
        Wrong("""
        def numerical_gradient(f, x, h):
            return (f(x + h) - f(x - h)) / (2 * h)
        """, "You moved all entries together and got one number. A gradient has a slope for each entry of x, so there are "
              "two calls of f for each."),
        Wrong("return grad.ravel()", "The numbers are right, but a gradient has the shape of x.", when="x.ndim > 1"),
    ],
    alternatives=[
        """
        def numerical_gradient(f, x, h):
            x, grad = x.copy(), np.empty(x.shape)
            for index in np.ndindex(*x.shape):
                before = x[index]
                x[index] = before + h
                right = f(x)
                x[index] = before - h
                left = f(x)
                x[index] = before
                grad[index] = (right - left) / 2 / h
            return grad
        """,
        """
        def numerical_gradient(f, x, h):
            steps = h * np.eye(x.size).reshape(x.size, *x.shape)
            return np.array([(f(x + s) - f(x - s)) / (2 * h) for s in steps]).reshape(x.shape)
        """,
        """
        def numerical_gradient(f, x, h):
            grad = np.zeros_like(x)
            for i in range(x.size):
                right, left = x.ravel().copy(), x.ravel().copy()
                right[i] += h
                left[i] -= h
                grad.flat[i] = (f(right.reshape(x.shape)) - f(left.reshape(x.shape))) * 0.5 / h
            return grad
        """,
        "grad[index] = ((f(x + step) - f(x)) / h + (f(x) - f(x - step)) / h) / 2",
    ],
    equivalent={
        "grad = -np.zeros(x.shape)": "every entry is overwritten",
        "grad = np.ones(x.shape)": "every entry is overwritten",
        "step = -np.zeros(x.shape)": "minus zero is zero",
    },
)


def two_gradients(rng):
    shape = [(5,), (3, 2), (1,), (4, 3)][int(rng.integers(4))]
    a = rng.normal(size=shape) * 10 ** rng.uniform(-3, 3, size=shape)
    b = a * (1 + 10 ** rng.uniform(-2.5, -0.5) * rng.normal(size=shape))
    hit = rng.random(shape) < 0.2
    return dict(a=np.where(hit, 0, a), b=np.where(hit, 0, b))


relative_error = Task(
    points=2,
    inputs=two_gradients,
    returns=("worst",),
    visible=[dict(a=np.array([1.0, -2, 40]), b=np.array([1.0, -2.5, 41])),
             dict(a=np.array([3.0, 0, -1]), b=np.array([2.0, 0, -1.2])),
             dict(a=np.array([1e-12, 5, -3, 2]), b=np.array([4e-12, 5, -2.5, 2])),
             dict(a=np.array([[-4.0, 4], [2, 3]]), b=np.array([[-3.0, 4.2], [2, 3.5]])),
             dict(a=np.array([-1.0, 4]), b=np.array([1.0, 4.2]))],
    edges=[dict(a=np.zeros(3), b=np.zeros(3)), dict(a=np.array([0.0, 1]), b=np.array([2e-9, 1])),
           dict(a=np.array([[-2.0, -4]]), b=np.array([[-1.0, -5]])), dict(a=np.array([2.0, 3]), b=np.array([2.5, 3])),
           dict(a=np.array([0.5, -0.5]), b=np.array([0.25, -0.25]))],
    forbids=READY_MADE,
    misconceptions=[
        Wrong("worst = gap.max()",
              "This is the absolute error. Of a gradient of a million, a deviation of 1 is nothing; of one of 0.001 "
              "it is everything."),
        Wrong("worst = (gap / np.where(b == 0, 1, np.abs(b))).max()",
              "You divided by |b| alone. Take the larger of the two sizes: then it does not matter which one comes first."),
        Wrong("worst = (gap / np.where(a == 0, 1, np.abs(a))).max()",
              "You divided by |a| alone. Take the larger of the two sizes: then it does not matter which one comes first."),
        Wrong("scale = np.abs(a) + np.abs(b)",
              "You divided by the sum of the two sizes. Some books do; here it is the larger of the two."),
        Wrong("scale = np.minimum(np.abs(a), np.abs(b))", "You divided by the smaller of the two sizes; take the larger."),
        Wrong("worst = (gap / np.where(scale == 0, 1, scale)).mean()",
              "You took the mean of the errors. One wrong entry hides among many right ones: the largest error tells."),
        Wrong("gap = a - b", "The absolute value is missing above: where a is below b the error is negative, and the largest "
              "overlooks it."),
        Wrong("scale = np.maximum(a, b)", "The absolute values are missing below: the larger of two negative numbers is the "
              "smaller in size."),
        Wrong("worst = (gap / scale).max()",
              "Where both are 0 you compute 0/0, which is nan. They agree there perfectly: the error is 0."),
        Wrong("worst = gap.max() / scale.max()",
              "You divided the largest deviation by the largest size. Then a wrong small entry hides behind a large "
              "one: divide "
              "entry by entry, and take the largest afterwards."),
        Wrong("worst = (gap / np.maximum(scale, 1e-8)).max()",
              "A small number below, added or as a floor, spares you 0/0, but it swallows the error of tiny entries and lets "
              "them pass. Treat the entries where both are exactly 0 by themselves."),
        Wrong("worst = gap / np.where(scale == 0, 1, scale)",
              "The errors of all entries are right; asked for is one number, the largest."),
    ],
    alternatives=[
        "worst = np.divide(gap, scale, out=np.zeros_like(gap), where=scale > 0).max()",
        "worst = np.max(gap / (scale + (scale == 0)))",
        "def relative_error(a, b):\n    same = a == b\n    size = np.maximum(np.abs(a), np.abs(b))\n"
        "    return np.where(same, 0, np.abs(b - a) / np.where(same, 1, size)).max().astype(a.dtype)",
        """
        def relative_error(a, b):
            worst = a.dtype.type(0)
            for p, q in zip(a.flat, b.flat):
                if p != q:
                    worst = max(worst, abs(p - q) / max(abs(p), abs(q)))
            return worst
        """,
    ],
    equivalent={
        "gap = np.abs((b - a))": "the size of a difference does not see the order",
        "scale = np.maximum(np.abs(b), np.abs(a))": "the larger of two does not see the order",
        "worst = (gap / np.where(scale == 0, 2, scale)).max()": "the numerator is 0 there",
    },
)


def curve_at_a_scale(rng):
    size = 10 ** [rng.uniform(-5, -4), rng.uniform(-0.3, 0.3), rng.uniform(8.7, 9)][int(rng.integers(3))]
    x = float(size * rng.choice([-1, 1]))
    p, q = rng.uniform(0.5, 2, size=2)
    text, a, b = [("a * x * x * x + b * x", p / size**2, q), ("a * x * x + b * x * x * x", p / size, q / size**2),
                  ("a / x + b * x * x * x", p * size**2, -q / size**2)][int(rng.integers(3))]
    return dict(f=Formula(text, "x", a=float(a), b=float(b)), x=x)


accurate_slope = Task(
    points=3,
    inputs=curve_at_a_scale,
    returns=("slope",),
    visible=[dict(f=Formula("x * x * x"), x=2.0),
             dict(f=Formula("a * x * x * x + x", a=4e7), x=-2e-4),
             dict(f=Formula("a / x", a=1e18), x=3e9)],
    edges=[dict(f=Formula("x * x * x"), x=1e-5), dict(f=Formula("a * x * x * x + x", a=1e-18), x=-9e8)],
    tolerance=1e-6,
    float32=False,
    forbids=READY_MADE,
    misconceptions=[
        Wrong("h = 1e-5",
              "A fixed step fits numbers near 1 only. At x = 3 000 000 000 it drowns in the rounding of x + h; at x = "
              "0.0002 it is a "
              "large part of x. Let the step grow with the size of x."),
        Wrong("h = 1e-8",
              "A fixed step fits numbers near 1 only. At x = 3 000 000 000 it is lost: x + h is x again. Let the step grow "
              "with the size of x."),
        Wrong("h = 1.0",
              "A step of 1 is too coarse near 0 and says nothing about the slope there. Let it be a small part of x."),
        Wrong("h = 1e-17 * abs(x)",
              "The step is lost: a number has some 16 digits, so x + h is x again, and the difference is 0."),
        Wrong("h = 1e-15 * abs(x)",
              "The step is too small. x + h and f(x + h) are rounded to 16 digits, so hardly one digit of the "
              "difference is left. "
              "Look at the left part of the curve in the lecture."),
        Wrong("h = 0.1 * abs(x)",
              "The step is too large: over a tenth of x the curve bends, and the secant is not the tangent "
              "(truncation error)."),
        Wrong("slope = (f(x + h) - f(x - h)) / h", "The slope is twice too large: the distance between the two points is 2h."),
        Wrong("slope = (f(x + h) - f(x)) / (2 * h)",
              "The slope is half of what it should be: you walked only h, but divided by 2h."),
        Wrong("h = 1e-5 / abs(x)", "The step shrinks where x grows; it must grow with x.", when="abs(abs(x) - 2) > 1"),
    ],
    alternatives=[
        "h = 6e-6 * x",
        "h = np.finfo(float).eps ** (1 / 3) * abs(x)",
        """
        def accurate_slope(f, x):
            h = 1e-3 * abs(x)
            wide, narrow = [(f(x + s) - f(x - s)) / (2 * s) for s in (h, h / 2)]
            return (4 * narrow - wide) / 3
        """,
        """
        def accurate_slope(f, x):
            h = 1e-20 * abs(x)
            return f(x + 1j * h).imag / h
        """,
    ],
    equivalent={
        "h = 2e-05 * abs(x)": "any step of about this size is as good",
        "h = -(1e-5 * abs(x))": "central differences look to both sides",
    },
)

quiz_slope = Quiz(
    points=1,
    answer=0.6,
    wrong={
        -0.6: "The loss grew when the weight grew, so the slope is positive.",
        6e-5: "This is the change of the loss; the slope divides it by the step.",
        6e-9: "You multiplied by the step. A slope is change divided by step.",
        0.3: "The difference is forward, over one step of 1e-4; the 2h belongs to the central difference.",
    },
)

quiz_jacobian = Quiz(
    points=1,
    answer=64 * 50 * 64 * 100,
    wrong={
        64 * 50 * 100: "These are the entries that are not 0: each sample's outputs depend on its own inputs only. "
                       "The Jacobian has a "
                       "row for each of the 3 200 outputs and a column for each of the 6 400 inputs.",
        5000: "That is the size of w. The Jacobian has a row for each of the 3 200 outputs and a column for each of "
              "the 6 400 inputs.",
        6400: "That is the size of x, and of dx: the gradient that we compute instead of the Jacobian.",
        9600: "The numbers of rows (3 200) and columns (6 400) are multiplied, not added.",
    },
)

quiz_shapes = Quiz(
    points=1,
    answer="c",
    choices="abcd",
    wrong={
        "a": "Lined up at the right end, the 1 of (4, 1) meets the 4 of (4,). A 1 is stretched, so the last axis has size 4.",
        "b": "The missing axis of (4,) is added in front, not behind: it becomes (1, 4), and both are stretched.",
        "d": "NumPy does not complain: a 1 may be stretched. That is what makes this mistake so hard to see.",
    },
)

quiz_step = Quiz(
    points=1,
    answer="b",
    choices="abcd",
    wrong={
        "a": "The error of the formula itself shrinks with h², down to any h. It is the arithmetic that spoils it.",
        "c": "1e-13 is a perfectly good number; the smallest are near 1e-308.",
        "d": "A bend of f would be seen at large steps, not at small ones.",
    },
)
