"""The tasks of exercise 03. The right solutions stand in the notebook; here is all that tells them from wrong ones."""

import numpy as np

from dl_helpers.check import Quiz, Score, Task, Wrong

READY_MADE = ("scipy", "sklearn", "torch", "dl_helpers.numpy", "dl_helpers.torch")


def measurements(rng):
    n = int(rng.integers(2, 9))
    mu, sigma = float(rng.normal() * 3), float(rng.uniform(0.3, 3))
    return dict(x=mu + rng.normal() + 2 * rng.normal(size=n), mu=mu, sigma=sigma)


# each of these densities can be represented, their product cannot
FAR = dict(x=np.array([16.0, -15, 17, 14, -16, 18, -13]), mu=1.0, sigma=0.8)

gaussian_log_likelihood = Task(
    points=2,
    inputs=measurements,
    returns=("log_likelihood",),
    visible=[dict(x=np.array([1.0, 3.0]), mu=1.0, sigma=2.0),
             dict(x=np.array([0.5, -1.25, 2.0, 4.5, 0.0]), mu=-0.5, sigma=0.7), FAR],
    edges=[dict(x=np.array([2.5]), mu=2.5, sigma=1.5), FAR | dict(x=3 * FAR["x"][:5], sigma=1.3)],
    float32=False,
    forbids=READY_MADE,
    misconceptions=[
        Wrong("return np.log(np.prod(np.exp(-z ** 2 / 2) / (np.sqrt(2 * np.pi) * sigma)))",
              "The densities are multiplied before the logarithm is taken. Their product is too small for a floating-point "
              "number and becomes 0, whose logarithm is −∞. The logarithm of a product is the sum of the logarithms.",
              when="((x - mu) ** 2).sum() > 1400 * sigma ** 2"),
        Wrong("return np.prod(np.exp(-z ** 2 / 2) / (np.sqrt(2 * np.pi) * sigma))",
              "This is the likelihood itself, a product of densities; its logarithm is asked for."),
        Wrong("return (z ** 2 / 2 + np.log(sigma) + constant).sum()",
              "The sign is wrong: this is the negative log likelihood, which one minimises. The log likelihood is "
              "asked for."),
        Wrong("return -(z ** 2 / 2 + np.log(sigma) + constant).mean()",
              "You took the mean. The logarithm of a product over the values is a sum over them."),
        Wrong("return -(z ** 2 / 2 + np.log(sigma)).sum()",
              "The constant ½ log 2π is missing. It may be dropped where only the best parameters matter, but here the "
              "number itself is asked for."),
        Wrong("return -(z ** 2 / 2 + np.log(sigma)).sum() - constant",
              "The constant ½ log 2π is counted once; it stands in the density of every value."),
        Wrong("return -(z ** 2 / 2 + constant).sum()",
              "log σ is missing: a wide Gaussian is low. Without that term an ever larger σ would be best."),
        Wrong("return -(z ** 2 / 2 + np.log(sigma ** 2) + constant).sum()",
              "log σ² is twice log σ. The density has σ, not σ², in its denominator."),
        Wrong("return -(z ** 2 + np.log(sigma) + constant).sum()", "The 1/2 in the exponent is missing."),
        Wrong("z = (x - mu) / np.sqrt(sigma)",
              "sigma was taken for the variance: σ is the standard deviation, and the squared error is divided by σ²."),
        Wrong("z = (x - mu) / sigma ** 2",
              "The error is divided by σ² and then squared, which gives σ⁴. Divide by σ before squaring."),
        Wrong("constant = np.log(2 * np.pi)", "The constant is the logarithm of √(2π), which is half of log 2π."),
        Wrong("return -(z ** 2 / 2 + np.log10(sigma) + np.log10(2 * np.pi) / 2).sum()",
              "The logarithms have base 10; the natural logarithm is meant."),
    ],
    alternatives=[
        "return -(z @ z) / 2 - len(x) * (np.log(sigma) + constant)",
        "return (-np.log(np.sqrt(2 * np.pi) * sigma) - (x - mu) ** 2 / (2 * sigma ** 2)).sum()",
        """
        def gaussian_log_likelihood(x, mu, sigma):
            n = len(x)
            return -0.5 * n * np.log(2 * np.pi * sigma ** 2) - sum((v - mu) ** 2 for v in x) / (2 * sigma ** 2)
        """,
    ],
    equivalent={
        "z = -((x - mu) / sigma)": "a square does not see the sign",
        "z = (mu - x) / sigma": "a square does not see the sign",
    },
)


def probabilities(rng):
    n = int(rng.integers(3, 9))
    t = (rng.random(n) < 0.5).astype(float)
    t[:2] = 0, 1
    return dict(p=rng.uniform(0.05, 0.95, size=n), t=rng.permutation(t), dout=float(rng.normal() * 2))


CERTAIN = dict(p=np.array([1.0, 0.3, 0.0, 0.8, 0.6]), t=np.array([1.0, 0.0, 0.0, 1.0, 0.0]), dout=1.5)
IS_CERTAIN = "((p == t)).any()"

bernoulli_nll = Task(
    points=3,
    functions=("bernoulli_nll_forward", "bernoulli_nll_backward"),
    calls="loss, cache = bernoulli_nll_forward(p, t)\ndp = bernoulli_nll_backward(dout, cache)",
    returns=("loss", "dp"),
    inputs=probabilities,
    visible=[dict(p=np.array([0.5, 0.2]), t=np.array([1.0, 0.0]), dout=1.0),
             dict(p=np.array([0.9, 0.3, 0.6, 0.75, 0.1]), t=np.array([1.0, 1.0, 0.0, 1.0, 0.0]), dout=-0.7), CERTAIN],
    edges=[CERTAIN, dict(p=np.array([0.0, 1.0, 0.4]), t=np.array([0.0, 1.0, 1.0]), dout=2.0)],
    forbids=READY_MADE,
    misconceptions=[
        Wrong("loss = -(t * np.log(p) + (1 - t) * np.log(1 - p)).mean()",
              "Where p is exactly 0 or 1, 0 · log 0 is 0 · (−∞), and that is nan. An entry that is certain and right "
              "costs nothing: take the logarithm of the probability of what happened, and of nothing else.",
              when=IS_CERTAIN),
        Wrong("loss = np.log(happened).mean()",
              "The sign is wrong: this is the log likelihood, which one maximises. A loss is to be minimised, hence "
              "the minus."),
        Wrong("loss = -np.log(happened).sum()",
              "The loss is a mean: the sum still has to be divided by the number of entries."),
        Wrong("loss = -np.log(np.prod(happened)) / len(t) ** 2", "The loss is divided by n twice."),
        Wrong("loss = -np.log(happened.mean())",
              "You took the logarithm of the mean probability; take the mean of the logarithms."),
        Wrong("loss = -(t * np.log(np.where(t > 0.5, p, 1))).mean()",
              "Only the events that happened are counted. Those that did not (t = 0) had the probability 1 − p, and "
              "it counts too."),
        Wrong("loss = -np.log2(happened).mean()", "This is the logarithm of base 2; the natural one is meant."),
        Wrong("loss = ((p - t) ** 2).mean()",
              "This is the mean squared error, which belongs to Gaussian noise, not to yes and no."),
        Wrong("happened = np.where(t > 0.5, 1 - p, p)",
              "The two cases are exchanged: with t = 1 the event happened, with probability p."),
        Wrong("dp = dout * slope",
              "The 1/n of the mean is missing in the gradient: every entry has only an n-th share in the loss."),
        Wrong("dp = slope / len(t)", "dout is missing: what arrives from behind multiplies the gradient (chain rule)."),
        Wrong("dp = -dout * slope / len(t)",
              "The gradient points the wrong way: where the event happened a larger p lowers the loss, so the slope "
              "is negative."),
        Wrong("slope = -1 / happened",
              "The slope is negative everywhere. Where the event did not happen, a larger p raises the loss: the "
              "derivative of "
              "1 − p is −1."),
        Wrong("slope = np.where(t > 0.5, 1 - happened, happened - 1) * -1",
              "This is p − t, which is only the numerator: the gradient with respect to p has p(1 − p) below it. (p − "
              "t is what a "
              "sigmoid in front would leave of it; that is unit 04.)"),
        Wrong("slope = np.where(t > 0.5, -1 / happened, 0 * happened)",
              "Entries with t = 0 get no gradient, but they cost −log(1 − p), which has a slope in p."),
        Wrong("slope = np.where(t > 0.5, np.log(happened), -np.log(happened))",
              "This is the logarithm itself; its derivative is 1 divided by its argument."),
    ],
    alternatives=[
        "happened = t * p + (1 - t) * (1 - p)",
        "happened = np.abs(1 - t - p)",
        "slope = (1 - 2 * t) / happened",
        """
        def bernoulli_nll_forward(p, t):
            yes = t > 0.5
            terms = np.empty_like(p)
            terms[yes] = -np.log(p[yes])
            terms[~yes] = -np.log1p(-p[~yes])
            return terms.mean(), (p, t)

        def bernoulli_nll_backward(dout, cache):
            p, t = cache
            dp = np.empty_like(p)
            dp[t == 1] = -dout / (p[t == 1] * len(p))
            dp[t == 0] = dout / ((1 - p[t == 0]) * len(p))
            return dp
        """,
    ],
    equivalent={
        "happened = np.where(t >= 0.5, p, 1 - p)": "t is 0 or 1, never 0.5",
        "slope = np.where(t >= 0.5, -1 / happened, 1 / happened)": "t is 0 or 1, never 0.5",
    },
)


def design(rng, n, k):
    """A design matrix (n, k): ones, then normal numbers."""
    return np.column_stack([np.ones(n), rng.normal(size=(n, k - 1))])


def regression(rng, **more):
    k = int(rng.integers(2, 5))
    n = k + int(rng.integers(3, 8))
    X = design(rng, n, k)
    return dict(X=X, y=X @ rng.normal(size=k) + rng.normal(size=n), **more)


def without_ones(rng):
    """A regression through the origin: its residuals need not have the mean 0."""
    n, k = int(rng.integers(5, 9)), int(rng.integers(1, 4))
    return dict(X=rng.normal(size=(n, k)), y=2 + rng.normal(size=n))


def rounded(inputs):
    return {k: v.round(2) if isinstance(v, np.ndarray) else v for k, v in inputs.items()}


_rng = np.random.default_rng(3)

noise_variance = Task(
    points=3,
    inputs=lambda rng: (regression if rng.random() < 0.5 else without_ones)(rng),
    returns=("theta", "ml", "unbiased"),
    visible=[dict(X=np.ones((3, 1)), y=np.array([1.0, 2.0, 6.0])), rounded(regression(_rng)), rounded(without_ones(_rng))],
    edges=[without_ones(_rng), regression(_rng), dict(X=design(_rng, 4, 3), y=_rng.normal(size=4))],
    float32=False,
    forbids=READY_MADE,
    misconceptions=[
        Wrong("ml = np.sqrt(rss / n)", "This is σ, the standard deviation; σ², the variance, is asked for."),
        Wrong("return theta, np.sqrt(ml), np.sqrt(unbiased)",
              "Both estimates are standard deviations; the variances are asked for, so there is no root."),
        Wrong("ml = rss / (n - 1)",
              "The most likely variance divides by N; N − 1 would make the variance about one mean unbiased.",
              when="X.shape[1] > 1"),
        Wrong("ml = rss", "This is the sum of squared residuals; the most likely variance is their mean."),
        Wrong("ml = ((y - y.mean()) ** 2).mean()",
              "This is the variance of the targets. The noise is what is left of them after the prediction.",
              when="X.shape[1] > 1"),
        Wrong("ml = (y - X @ theta).var()",
              "`var` subtracts the mean of the residuals first. Without a column of ones that mean is not 0, and what "
              "the model "
              "misses counts as noise.",
              when="not (X[:, 0] == 1).all()"),
        Wrong("ml = np.abs(y - X @ theta).mean()", "These are absolute residuals; the variance is the mean of their "
              "squares."),
        Wrong("unbiased = rss / (n - 1)",
              "N − 1 is right where one parameter was fitted. Here K were: each takes away one piece of information.",
              when="X.shape[1] > 1"),
        Wrong("unbiased = rss / (n - k - 1)",
              "The bias is counted twice: where there is one, its column is among the K columns of X."),
        Wrong("unbiased = rss / (n + k)", "This makes the estimate smaller still; it is too small already."),
        Wrong("unbiased = rss / n * (n - k) / n",
              "You multiplied by (N − K)/N, which is the factor by which σ² is underestimated. To undo it, divide by it."),
        Wrong("return theta, unbiased, ml",
              "The two estimates are exchanged: the most likely one comes first, and is the smaller."),
        Wrong("unbiased = ml", "Both estimates are the same; the unbiased one is larger."),
    ],
    alternatives=[
        "theta = np.linalg.solve(X.T @ X, X.T @ y)",
        "unbiased = ml * n / (n - k)",
        "ml = np.mean((X @ theta - y) ** 2)",
        """
        def noise_variance(X, y):
            q, r = np.linalg.qr(X)
            residual = y - q @ (q.T @ y)
            return np.linalg.solve(r, q.T @ y), residual @ residual / len(y), residual @ residual / (len(y) - X.shape[1])
        """,
    ],
    equivalent={"rss = (((X @ theta) - y) ** 2).sum()": "a square does not see the sign"},
)


def with_prior(rng, **more):
    return regression(rng, sigma=float(rng.uniform(0.5, 3)), tau=float(rng.uniform(0.3, 2)), **more)


map_estimate = Task(
    points=3,
    inputs=with_prior,
    returns=("theta", "strength"),
    visible=[dict(X=np.array([[1.0, 1], [1, -1]]), y=np.array([3.0, 1]), sigma=2.0, tau=1.0),
             rounded(regression(_rng, sigma=1.5, tau=0.4)), rounded(regression(_rng, sigma=0.8, tau=2.5))],
    edges=[dict(X=design(_rng, 3, 5), y=_rng.normal(size=3), sigma=1.2, tau=0.7)],
    float32=False,
    forbids=READY_MADE,
    misconceptions=[
        Wrong("ratio = sigma / tau",
              "The ratio is of standard deviations; the exponents of both Gaussians hold variances, σ² and τ²."),
        Wrong("ratio = tau ** 2 / sigma ** 2",
              "The ratio is upside down: a narrow prior (small τ) must pull hard, and noisy data (large σ) must count "
              "little."),
        Wrong("ratio = sigma ** 2 / tau ** 2 / 2", "Both exponents have the factor 1/2, so it cancels."),
        Wrong("ratio = 1 / tau ** 2",
              "σ² is missing: what counts is how wide the prior is compared with the noise of the data."),
        Wrong("strength = ratio",
              "σ²/τ² is the λ of books whose cost has no 1/N. Here the squares are divided by N, so λ must be too."),
        Wrong("strength = ratio * n",
              "You multiplied by N. The course's J has 1/N in front of the squares; dividing the whole cost by N "
              "divides λ too."),
        Wrong("strength = 2 * ratio / n",
              "λ is twice what it must be: the 1/2 of the prior and that of the likelihood cancel."),
        Wrong("penalty = n * ratio * np.eye(k)",
              "The penalty in the linear system is N times too large. The likelihood holds a sum of squares, without "
              "1/N, and "
              "beside XᵀX stands σ²/τ² alone."),
        Wrong("penalty = ratio / n * np.eye(k)",
              "The linear system holds the course's λ. Beside XᵀX, which is a sum over the samples, stands Nλ = σ²/τ²."),
        Wrong("penalty[0, 0] = 0 -> pass", "The bias is pulled to 0, but the prior says nothing about it.",),
        Wrong("penalty[0, 0] = 0 -> penalty[-1, -1] = 0", "The last weight is spared, not the bias. The bias is the first."),
        Wrong("theta = np.linalg.solve(X.T @ X - penalty, X.T @ y)",
              "The prior is subtracted: that rewards large weights. Both terms of the log posterior have the same sign."),
        Wrong("theta = np.linalg.lstsq(X, y)[0]", "This is the maximum-likelihood estimate; the prior has no "
              "influence on it."),
    ],
    alternatives=[
        "penalty = np.diag(np.r_[0.0, np.full(k - 1, ratio)])",
        "theta = np.linalg.inv(X.T @ X / sigma ** 2 + penalty / sigma ** 2) @ X.T @ y / sigma ** 2",
        """
        def map_estimate(X, y, sigma, tau):
            n, k = X.shape
            rows = sigma / tau * np.eye(k)[1:]
            theta = np.linalg.lstsq(np.vstack([X, rows]), np.concatenate([y, np.zeros(k - 1)]))[0]
            return theta, (sigma / tau) ** 2 / n
        """,
    ],
)


def lasso_case(rng):
    inputs = regression(rng)
    k = inputs["X"].shape[1]
    theta = rng.normal(size=k) * (rng.random(k) < 0.6)
    theta[0] = rng.normal() + 2
    return dict(X=inputs["X"], y=inputs["y"] + 1, theta=theta, strength=float(rng.uniform(0.2, 1.5)),
                lr=float(rng.uniform(0.1, 0.6)), steps=int(rng.integers(2, 12)))


TWO_ROWS = dict(X=np.array([[1.0, 1], [1, -1]]), y=np.array([3.0, 1]), theta=np.array([0.0, 1]), strength=0.5,
                lr=0.5, steps=2)
UPHILL = dict(X=np.array([[1.0, 2, 0.5], [1, -1, 1], [1, 0.5, -2]]), y=np.array([2.0, -1, 0.5]),
              theta=np.array([0.5, 0, -1.5]), strength=1.2, lr=0.4, steps=7)      # its best θ is not its last

lasso = Task(
    points=4,
    functions=("lasso_subgradient", "lasso_descent"),
    calls="grad = lasso_subgradient(X, y, theta, strength)\nbest, costs = lasso_descent(X, y, strength, lr, steps)",
    returns=("grad", "best", "costs"),
    inputs=lasso_case,
    visible=[TWO_ROWS, UPHILL, rounded(lasso_case(_rng)) | dict(strength=0.8, lr=0.3, steps=6)],
    edges=[UPHILL, UPHILL | dict(lr=0.55), TWO_ROWS | dict(steps=0)],
    float32=False,
    forbids=READY_MADE,
    misconceptions=[
        Wrong("slope = 2 * theta",
              "This is the slope of the squared penalty, ridge. That of |θ| has no size, only a direction."),
        Wrong("slope = np.abs(theta)", "This is the penalty itself; its slope is a direction: −1, 0 or 1."),
        Wrong("slope = np.where(theta >= 0, 1.0, -1.0)", "At θ = 0 the slope 1 was taken, but 0 is asked for.",
              when="(theta[1:] == 0).any() or steps > 0"),
        Wrong("slope[0] = 0 -> pass", "The bias is penalised; the sum starts at j = 1."),
        Wrong("slope[0] = 0 -> slope[-1] = 0", "The last weight is spared, not the bias. The bias is the first."),
        Wrong("+ strength * slope -> - strength * slope", "The penalty has the wrong sign: it pushes the weights away "
              "from 0."),
        Wrong("grad = 2 / len(y) * X.T @ (X @ theta - y)", "The slope of the penalty is missing in the gradient."),
        Wrong("2 / len(y) -> 1 / len(y)", "The 2 is missing in the gradient of the squared error."),
        Wrong("2 / len(y) -> 2", "The 1/N is missing in the gradient: the squared error is a mean."),
        Wrong("strength * slope -> strength / len(y) * slope",
              "The penalty's slope is divided by N. In J only the squares are; λ stands outside."),
        Wrong("rate = lr",
              "The learning rate stays the same. It falls like 1/√(k + 1), or the walk hops across the kinks for ever.",
              when="steps > 1"),
        Wrong("rate = lr / (k + 1)", "The learning rate falls like 1/(k + 1), without the root: too fast.", when="steps > 1"),
        Wrong("best = path[-1]",
              "You return the last θ. A subgradient step may go uphill, so the best one on the way is asked for."),
        Wrong("penalty = strength * np.abs(theta).sum()", "The costs penalise the bias; the sum starts at j = 1."),
        Wrong("penalty = strength * (theta[1:] ** 2).sum()",
              "The costs hold the squared penalty; here it is an absolute value."),
        Wrong("penalty = 0", "The costs lack the penalty: J has two terms."),
        Wrong("theta = theta - rate -> theta = theta + rate", "You climb: the subgradient points uphill, so it is "
              "subtracted."),
    ],
    alternatives=[
        "slope = (theta > 0).astype(float) - (theta < 0)",
        "best = min(zip(costs, range(len(costs)), path))[2]",
        """
        def lasso_subgradient(X, y, theta, strength):
            spare = np.concatenate([[0.0], np.ones(len(theta) - 1)])
            return 2 * X.T @ (X @ theta - y) / len(y) + strength * spare * np.sign(theta)

        def lasso_descent(X, y, strength, lr, steps):
            def cost(theta):
                return np.mean((y - X @ theta) ** 2) + strength * np.sum(np.abs(theta[1:]))
            theta = best = np.zeros(X.shape[1])
            costs = [cost(theta)]
            for k in range(1, steps + 1):
                theta = theta - lr * k ** -0.5 * lasso_subgradient(X, y, theta, strength)
                if cost(theta) < min(costs):
                    best = theta
                costs.append(cost(theta))
            return best, np.array(costs)
        """,
    ],
    equivalent={
        "theta = -np.zeros(X.shape[1])": "minus zero is zero",
        "costs.append(((y - (X @ theta)) ** 2).mean() + penalty)": "a square does not see the sign",
    },
)


def posterior_case(rng):
    inputs = with_prior(rng)
    m = int(rng.integers(1, 6))
    return inputs | dict(X_new=design(rng, m, inputs["X"].shape[1]))


NOTHING_YET = dict(X=np.zeros((0, 2)), y=np.zeros(0), sigma=0.5, tau=2.0, X_new=np.array([[1.0, 0], [1, 3]]))

posterior = Task(
    points=4,
    functions=("posterior", "predictive"),
    calls="mean, cov = posterior(X, y, sigma, tau)\npred, std = predictive(X_new, mean, cov, sigma)",
    returns=("mean", "cov", "pred", "std"),
    inputs=posterior_case,
    visible=[dict(X=np.array([[1.0, 0]]), y=np.array([3.0]), sigma=1.0, tau=1.0, X_new=np.array([[1.0, 2]])),
             rounded(posterior_case(_rng)) | dict(sigma=0.6, tau=1.7), NOTHING_YET],
    edges=[NOTHING_YET, posterior_case(_rng)],
    float32=False,
    forbids=READY_MADE,
    misconceptions=[
        Wrong("precision = X.T @ X / sigma + np.eye(X.shape[1]) / tau",
              "The precisions are divided by standard deviations; a precision is one over a variance, σ² and τ²."),
        Wrong("precision = X.T @ X / sigma ** 2 + np.eye(X.shape[1]) * tau ** 2",
              "The prior's precision is upside down: a wide prior (large τ) must say little."),
        Wrong("precision = X.T @ X + sigma ** 2 / tau ** 2 * np.eye(X.shape[1])",
              "This is the matrix of ridge. Its inverse gives the right shape, but it lacks σ² to be the covariance."),
        Wrong("precision = X.T @ X / sigma ** 2 + np.diag(np.arange(X.shape[1]) > 0) / tau ** 2",
              "The bias is left without a prior. In this task all parameters have one.",
              when="len(y) > 0"),
        Wrong("precision = X.T @ X / sigma ** 2 + 1 / tau ** 2",
              "1/τ² was added to every entry; the prior's precision is a diagonal matrix."),
        Wrong("precision = X.T @ X / sigma ** 2 / max(len(y), 1) + np.eye(X.shape[1]) / tau ** 2",
              "The data's part is divided by N: then more data do not make the posterior narrower.",
              when="len(y) > 1"),
        Wrong("cov = precision", "This is the precision; the covariance is its inverse."),
        Wrong("cov = 1 / precision", "You inverted every entry on its own; the inverse of the matrix is meant."),
        Wrong("mean = cov @ X.T @ y", "The 1/σ² is missing in the mean."),
        Wrong("mean = X.T @ y / sigma ** 2", "The mean lacks the covariance in front."),
        Wrong("std = np.sqrt(spread)",
              "This is how uncertain the line is. A new measurement has noise as well, whose variance σ² is added."),
        Wrong("std = spread + sigma ** 2", "This is the variance of the new measurement; its root is the standard "
              "deviation."),
        Wrong("std = np.sqrt(spread) + sigma", "Standard deviations do not add; variances do."),
        Wrong("std = np.sqrt(spread + sigma)", "σ was added to a variance; the variance of the noise is σ²."),
        Wrong("std = np.full(len(X_new), sigma)",
              "Only the noise is counted. We do not know θ exactly either, and far from the data that matters most."),
        Wrong("spread = (X_new @ cov).sum(axis=1)", "The quadratic form xᵀSx has x on both sides; here it stands on one."),
    ],
    alternatives=[
        "cov = np.linalg.solve(precision, np.eye(X.shape[1]))",
        "mean = np.linalg.solve(precision, X.T @ y / sigma ** 2)",
        "spread = np.einsum('mi,ij,mj->m', X_new, cov, X_new)",
        "spread = np.diag(X_new @ cov @ X_new.T)",
        """
        def posterior(X, y, sigma, tau):
            mean, cov = np.zeros(X.shape[1]), tau ** 2 * np.eye(X.shape[1])
            for x, target in zip(X, y):                       # one sample after the other
                gain = cov @ x / (x @ cov @ x + sigma ** 2)
                mean = mean + gain * (target - x @ mean)
                cov = cov - np.outer(gain, x @ cov)
            return mean, cov
        """,
    ],
)


def sparse(rng):
    """50 samples of 60 features, five of which have weights."""
    X = design(rng, 50, 61)
    truth = np.zeros(61)
    places = 1 + rng.choice(60, 5, replace=False)
    truth[places] = rng.permutation([-1, -1, -1, 1, 1]) * rng.uniform(2, 4, 5)
    truth[0] = rng.uniform(1, 5)
    return dict(X=X, y=X @ truth + 0.3 * rng.normal(size=50), truth=truth, relevant=truth[1:] != 0)


DESCENT = """
        def find_features(X, y):
            theta = {start}
            for k in range(2000):
                slope = {slope}
                slope[0] = 0
                theta = theta - {rate} * (2 / len(y) * X.T @ (X @ theta - y) + {strength} * slope)
            return theta, abs(theta[1:]) > 0.5
        """


def descent(start="np.zeros(61)", slope="np.sign(theta)", rate="0.1 / np.sqrt(k + 1)", strength="0.4"):
    return DESCENT.format(start=start, slope=slope, rate=rate, strength=strength)


find_features = Task(
    points=3,
    inputs=sparse,
    visible=lambda: [sparse(np.random.default_rng(25))],
    calls="theta, matters = find_features(X, y)",
    returns=("theta", "matters"),
    scores={"theta": Score("rmse", "truth", 0.35), "matters": Score("error rate", "relevant", 0.04)},
    float32=False,
    forbids=READY_MADE,
    misconceptions=[
        Wrong("theta = np.linalg.lstsq(X, y)[0]",
              "Least squares meets every target exactly and spreads the weights over all features: no prior says that "
              "most are 0."),
        Wrong(descent(slope="2 * theta"),
              "The squared penalty of ridge makes all weights smaller and none zero. The prior of a few large weights among "
              "zeros is another one."),
        Wrong("return np.zeros(61), np.zeros(60, dtype=bool)",
              "Nothing is found: all weights are 0. A penalty that is too strong does that as well."),
        Wrong("theta, _ = lasso_descent(X, y, 0.4, 0.1, 5)", "The descent has not arrived: a few steps are not enough."),
        Wrong("matters = theta[1:] > 0.5", "Negative weights matter too: look at the size."),
        Wrong("matters = theta[1:] != 0",
              "A subgradient descent hops around zero and never stays there, so every weight differs from 0. Set a "
              "threshold."),
        Wrong("matters = np.abs(theta[1:]) < 0.5",
              "The answer is the wrong way round: these are the features that do not matter."),
    ],
    alternatives=[
        "theta, _ = lasso_descent(X, y, 0.5, 0.1, 3000)",
        "matters = np.abs(theta[1:]) > 1",
        descent(rate="0.1 / np.sqrt(k + 1)", strength="0.4"),
        """
        def find_features(X, y):
            theta, rate = np.zeros(61), 0.02
            for _ in range(4000):
                theta = theta - rate * 2 / len(y) * X.T @ (X @ theta - y)
                theta[1:] = np.sign(theta[1:]) * np.maximum(np.abs(theta[1:]) - rate * 0.3, 0)
            return theta, np.abs(theta[1:]) > 0.5
        """,
    ],
    equivalent={
        "theta, _ = lasso_descent(X, y, 0.1, 0.4, 2000)": "another strength and another first step arrive as well",
        "theta, _ = lasso_descent(X, y, 0.8, 0.1, 2000)": "the weights stand out so far that twice the penalty leaves them",
        "theta, _ = lasso_descent(X, y, 0.4, 0.2, 2000)": "larger first steps arrive as well",
        "theta, _ = lasso_descent(X, y, 0.4, 0.1, 2001)": "one step more",
        "theta, _ = lasso_descent(X, y, 0.4, 0.1, 1999)": "one step less",
        "matters = np.abs(theta[1:]) >= 0.5": "no weight is exactly at the threshold",
        "matters = np.abs(theta[1:]) > 1.0": "the weights that matter are at least 2 in size",
    },
)

quiz_underflow = Quiz(
    points=1,
    answer="b",
    choices="abcd",
    wrong={
        "a": "The smallest positive floating-point number is about 5·10⁻³²⁴; 10⁻¹⁰⁰⁰ is far below it.",
        "c": "A product of ordinary numbers is never nan. The logarithm of what comes out is −∞.",
        "d": "Underflow is silent: NumPy gives a number, and that is what makes it dangerous.",
    },
)

quiz_bias = Quiz(
    points=1,
    answer=3.2,
    wrong={
        4: "That is the true variance, which the unbiased estimate has on average. The most likely one is smaller.",
        3.6: "Two parameters were fitted, not one: N − K is 8.",
        5: "That is larger than σ². The residuals of a fit are smaller than the noise, not larger.",
    },
)

quiz_strength = Quiz(
    points=1,
    answer=0.16,
    wrong={
        16: "σ²/τ² is the λ of a cost without 1/N. Dividing the cost by N divides λ as well.",
        0.04: "That is σ/(Nτ); the Gaussians hold variances.",
        1600: "You multiplied by N; dividing the cost by N divides λ.",
        0.000625: "The ratio is upside down: σ²/τ², not τ²/σ².",
    },
)

quiz_kl = Quiz(
    points=1,
    answer=0.5 * np.log(0.5 / 0.25) + 0.5 * np.log(0.5 / 0.75),
    wrong={
        0.1308: "That is KL(q ‖ p): the divergence is not symmetric, and the average is taken over the truth.",
        0.2075: "That is in bits (base 2); the natural logarithm is meant.",
        0.8370: "That is the cross-entropy; the entropy of the truth, log 2, has to be subtracted.",
        -0.1438: "A divergence is never negative; the truth stands above, the model below.",
    },
)
