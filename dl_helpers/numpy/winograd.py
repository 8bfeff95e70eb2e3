"""Winograd's 3×3 convolution: the same sums with 16 multiplications where the definition has 36.

Two neighbouring outputs of a filter g with three taps need six multiplications,

    o0 = g0 d0 + g1 d1 + g2 d2,   o1 = g0 d1 + g1 d2 + g2 d3,

or four, when the data d and the filter g are first added up in a clever way:

    m0 = g0 (d0 - d2)                      m1 = (g0 + g1 + g2)/2 · (d1 + d2)
    m3 = g2 (d1 - d3)                      m2 = (g0 - g1 + g2)/2 · (d2 - d1)
    o0 = m0 + m1 + m2,   o1 = m1 - m2 - m3.

Along the height and the width both, 2×2 outputs need 4·4 products instead of 4·9. The additions are done once for each
pixel, the products for each pixel and filter: with many filters the products are what counts. They are 16 matrix products
over the channels.

Pixels are kept in pairs (d0, d1), so that (d2, d3) is the pair that follows. Each function below is a linear map, and
`_back` its transpose, which is all that the gradients need.
Source: Lavin and Gray, Fast algorithms for convolutional neural networks, CVPR 2016.
"""

import numpy as np

from dl_helpers.numpy.lattice import sublattices

BLOCK_BYTES = 2**21     # of transformed pixels at a time
FILTER = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])


def suits(channels, filters, windows, groups):
    """Whether the way by Winograd exists and is the shorter one: 3×3 kernels, step 1, and enough channels and filters."""
    return (
        windows.kernel == (3, 3) and windows.stride == (1, 1) and windows.dilation == (1, 1)
        and groups == 1 and min(channels, filters) >= 32
    )  # fmt: skip


def correlate(x, w, windows):
    """The sums of `correlation.correlate`, of shape (N, F, OH, OW)."""
    out = np.empty((len(x), len(w), *windows.output), x.dtype)
    filters = _transform_filters(w)
    for samples in _blocks(len(x), max(w.shape[:2]), windows, x.itemsize):
        products = filters @ _spread_image(x[samples], windows)
        _read(_combine(_combine(products).swapaxes(0, 1)), out[samples], windows)
    return out


def correlate_dx(dout, w, windows):
    """The gradient of `correlate` with respect to x, (N, C, H, W)."""
    dx = np.empty((len(dout), w.shape[1], *windows.size), dout.dtype)
    filters = _transform_filters(w).swapaxes(2, 3)
    for samples in _blocks(len(dout), max(w.shape[:2]), windows, dout.itemsize):
        dspread = filters @ _combine_output_back(dout[samples], windows)
        _spread_image_back(dspread, dx[samples], windows)
    return dx


def correlate_dw(x, dout, windows):
    """The gradient of `correlate` with respect to w, (F, C, 3, 3)."""
    dfilters = np.zeros((4, 4, dout.shape[1], x.shape[1]), x.dtype)
    for samples in _blocks(len(x), max(x.shape[1], dout.shape[1]), windows, x.itemsize):
        dproducts = _combine_output_back(dout[samples], windows)
        dfilters += dproducts @ _spread_image(x[samples], windows).swapaxes(2, 3)
    transform = FILTER.astype(x.dtype)
    return np.einsum("vj,vufc,ui->fcij", transform, dfilters, transform, optimize=True)


def _transform_filters(w):
    """(F, C, 3, 3) → (4, 4, F, C): the sums of the taps along the width and along the height."""
    transform = FILTER.astype(w.dtype)
    return np.ascontiguousarray(np.einsum("vj,fcij,ui->vufc", transform, w, transform, optimize=True))


def _spread_image(x, windows):
    """Images (n, C, H, W) → (4, 4, C, TH·n·(TW + 1)): the sums of the pixels of TH·TW tiles along both axes."""
    th, row = _lengths(windows, len(x))
    channels = x.shape[1]
    pairs = np.zeros((2, 2, channels, th + 1, row), x.dtype)
    for place, pixels in _places(pairs, x, windows):
        place[...] = pixels
    half = np.zeros((4, 2, channels * th * row + 1), x.dtype)     # the last pair has a next one too
    _spread(pairs[..., :-1, :], pairs[..., 1:, :], out=half[..., :-1].reshape(4, 2, channels, th, row))
    half = half.swapaxes(0, 1)
    whole = np.empty((4, 4, channels * th * row), x.dtype)
    _spread(half[..., :-1], half[..., 1:], out=whole)
    return whole.reshape(4, 4, channels, th * row)


def _spread_image_back(dwhole, dx, windows):
    """The transpose of `_spread_image`: writes the gradient into dx (n, C, H, W)."""
    th, row = _lengths(windows, len(dx))
    channels = dx.shape[1]
    dhalf = np.zeros((4, 2, channels * th * row + 1), dx.dtype)
    halves = dhalf.swapaxes(0, 1)
    _spread_back(dwhole.reshape(4, 4, -1), halves[..., :-1], halves[..., 1:])
    dpairs = np.zeros((2, 2, channels, th + 1, row), dx.dtype)
    _spread_back(dhalf[..., :-1].reshape(4, 2, channels, th, row), dpairs[..., :-1, :], dpairs[..., 1:, :])
    for place, pixels in _places(dpairs, dx, windows):
        pixels[...] = place


def _places(pairs, images, windows):
    """Pairs of views: where the even or odd pixels lie among the pairs, and these pixels of the images (n, C, H, W)."""
    canvas = pairs.reshape(*pairs.shape[:4], len(images), -1)
    for (a, c), (row, column), pixels in sublattices(images, (2, 2), windows.padding):
        pixels = pixels.transpose(1, 2, 0, 3)
        yield canvas[a, c, :, row:row + pixels.shape[1], :, column:column + pixels.shape[3]], pixels


def _read(pairs, out, windows):
    """Put the pairs of outputs (2, 2, F, TH·n·(TW + 1)) into their places in out (n, F, OH, OW)."""
    for cells, pixels in _output_places(pairs, out, windows):
        pixels[...] = cells


def _combine_output_back(dout, windows):
    """The transpose of combining the products to outputs and reading them: (n, F, OH, OW) → (4, 4, F, TH·n·(TW + 1))."""
    th, row = _lengths(windows, len(dout))
    pairs = np.zeros((2, 2, dout.shape[1], th * row), dout.dtype)
    for cells, pixels in _output_places(pairs, dout, windows):
        cells[...] = pixels
    return _combine_back(_combine_back(pairs).swapaxes(0, 1))


def _output_places(pairs, out, windows):
    n, filters, th = len(out), out.shape[1], _lengths(windows, len(out))[0]
    cells = pairs.reshape(2, 2, filters, th, n, -1)
    for (a, c), _, pixels in sublattices(out, (2, 2)):
        pixels = pixels.transpose(1, 2, 0, 3)
        yield cells[a, c, :, :pixels.shape[1], :, :pixels.shape[3]], pixels


def _spread(pairs, following, out):
    """(d0, d1), (d2, d3) → d0 - d2, d1 + d2, d2 - d1, d1 - d3: the first axis of 2 becomes one of 4."""
    (d0, d1), (d2, d3) = pairs, following
    np.subtract(d0, d2, out=out[0])
    np.add(d1, d2, out=out[1])
    np.subtract(d2, d1, out=out[2])
    np.subtract(d1, d3, out=out[3])


def _spread_back(four, pairs, following):
    """Adds to the gradients of the pairs and of those that follow them, which share their memory."""
    (d0, d1), (d2, d3) = pairs, following
    d0 += four[0]
    d1 += four[1] - four[2] + four[3]
    d2 += four[1] + four[2] - four[0]
    d3 -= four[3]


def _combine(four):
    """m0, m1, m2, m3 → (o0, o1) = (m0 + m1 + m2, m1 - m2 - m3): (4, ...) → (2, ...)."""
    pairs = np.empty((2, *four.shape[1:]), four.dtype)
    np.add(four[1], four[2], out=pairs[0])
    pairs[0] += four[0]
    np.subtract(four[1], four[2], out=pairs[1])
    pairs[1] -= four[3]
    return pairs


def _combine_back(pairs):
    four = np.empty((4, *pairs.shape[1:]), pairs.dtype)
    four[0] = pairs[0]
    np.add(pairs[0], pairs[1], out=four[1])
    np.subtract(pairs[0], pairs[1], out=four[2])
    np.negative(pairs[1], out=four[3])
    return four


def _lengths(windows, n):
    """How many rows of 2×2 tiles an image has, TH, and how many tiles a row of n images, one to spare in each, n·(TW + 1)."""
    oh, ow = windows.output
    return (oh + 1) // 2, n * ((ow + 1) // 2 + 1)


def _blocks(n, channels, windows, itemsize):
    """Cut a batch of n into slices whose transformed pixels stay in the cache."""
    th, row = _lengths(windows, 1)
    block = max(1, BLOCK_BYTES // (16 * th * row * channels * itemsize))
    return [slice(start, min(start + block, n)) for start in range(0, n, block)]
