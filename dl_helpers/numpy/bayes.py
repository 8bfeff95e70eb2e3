"""What data say about parameters: log likelihoods, the noise, and the posterior of linear regression in closed form."""

import numpy as np

from dl_helpers.arguments import non_negative, positive, shapes

__all__ = ["gaussian_log_likelihood", "lasso", "noise_variance", "posterior", "predictive"]


def gaussian_log_likelihood(x, mu, sigma):
    """The logarithm of the density of independent values under Gaussians.

    log p(x | μ, σ) = -Σ ( (x - μ)²/2σ² + log σ + ½ log 2π )

    x: (N, ...) values, summed over the first axis; mu and sigma: numbers, or arrays that broadcast against x; sigma > 0 is
    the standard deviation. Returns (...), a number for x (N,).
    A sum of logarithms, because the product of many densities is too small for a floating-point number.
    """
    z = (x - mu) / sigma
    return -(z * z / 2 + np.log(sigma) + np.log(2 * np.pi) / 2).sum(axis=0)


def noise_variance(X, theta, y, unbiased=False):
    """The variance of Gaussian noise around the predictions of a linear model.

    σ²_ML = 1/N (y - Xθ)ᵀ(y - Xθ);   unbiased: 1/(N - K) instead of 1/N

    X: (N, K) design matrix; theta: (K,) the least-squares parameters; y: (N,). Returns the number σ².
    Raises ValueError where no information is left for an unbiased estimate, N ≤ K.
    """
    n, k = shapes("noise_variance: X (N, K), theta (K), y (N)", X, theta, y)
    if unbiased and n <= k:
        raise ValueError(f"noise_variance: X has N = {n} rows and K = {k} columns; an unbiased estimate needs N > K")
    residual = y - X @ theta
    return residual @ residual / (n - k if unbiased else n)


def posterior(X, y, sigma, tau):
    """What is known of the parameters of a linear model after the data: a Gaussian.

    S⁻¹ = XᵀX/σ² + I/τ²,   m = S Xᵀy/σ²,   p(θ | y) = N(θ; m, S)

    X: (N, K), N may be 0; y: (N,); sigma: > 0, standard deviation of the noise; tau: > 0, that of the prior N(0, τ²) of each
    parameter. Returns the mean m (K,) and the covariance S (K, K).
    Source: Bishop, Pattern Recognition and Machine Learning, 3.3.1.
    """
    n, k = shapes("posterior: X (N, K), y (N)", X, y)
    sigma, tau = positive("posterior", "sigma", sigma), positive("posterior", "tau", tau)
    precision = X.T @ X / sigma**2 + np.eye(k, dtype=X.dtype) / tau**2
    cov = np.linalg.inv(precision)
    return cov @ X.T @ y / sigma**2, cov


def predictive(X, mean, cov, sigma):
    """What is to be expected of new measurements, when the parameters are known as far as a posterior says.

    E[y] = Xm,   Var[y] = xᵀSx + σ² for each row x

    X: (M, K) new rows; mean: (K,) and cov: (K, K) of the posterior; sigma: > 0, standard deviation of the noise.
    Returns the expected values (M,) and their standard deviations (M,).
    Source: Bishop, Pattern Recognition and Machine Learning, 3.3.2.
    """
    shapes("predictive: X (M, K), mean (K), cov (K, K)", X, mean, cov)
    sigma = positive("predictive", "sigma", sigma)
    return X @ mean, np.sqrt(((X @ cov) * X).sum(axis=1) + sigma**2)


def lasso(X, y, strength, sweeps=10_000):
    """The parameters with the smallest mean squared error plus a penalty on their absolute values.

    θ = argmin 1/N ‖Xθ - y‖² + λ Σ_{j ≥ 1} |θ_j|

    X: (N, K) design matrix, whose first column is the bias column and is not penalised; y: (N,); strength: λ ≥ 0;
    sweeps: how often, at most, each parameter is set to its best value while the others stand still.
    Returns θ (K,), with exact zeros.
    Raises ValueError for a column of zeros.
    One parameter alone has a formula: its least-squares value c/a, drawn towards 0 by λ/2a, and 0 if that would cross it.
    Source: Friedman, Hastie and Tibshirani, Regularization Paths for Generalized Linear Models, 2010.
    """
    n, k = shapes("lasso: X (N, K), y (N)", X, y)
    strength = non_negative("lasso", "strength", strength)
    theta = np.zeros(k, dtype=X.dtype)
    residual = y.copy()
    a = (X * X).sum(axis=0) / n
    if not a.all():
        raise ValueError(f"lasso: column {int(a.argmin())} of X is all zeros: its parameter is free")
    for _ in range(sweeps):
        before = theta.copy()
        for j in range(k):
            residual = residual + X[:, j] * theta[j]
            c = X[:, j] @ residual / n
            pull = strength / 2 if j else 0
            theta[j] = np.sign(c) * max(abs(c) - pull, 0) / a[j]
            residual = residual - X[:, j] * theta[j]
        if np.abs(theta - before).max() < 1e-10 * (1 + np.abs(theta).max()):
            break
    return theta
