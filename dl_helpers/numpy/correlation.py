"""The sums behind convolution, transposed convolution and their gradients, each as a few matrix products.

Kernel and image are laid side by side as matrices (im2col): a column holds what one output cell sees, a row what one
cell of the kernel meets. Only a block of the batch is laid out at a time, small enough to stay in the processor's cache: the
copies cost little there, and the matrix of a whole batch would be KH·KW times as large as the batch itself.
"""

import numpy as np

from dl_helpers.numpy import pointwise
from dl_helpers.numpy.canvas import Canvas
from dl_helpers.numpy.lattice import blocks
from dl_helpers.numpy.winograd import WinogradCanvas

BLOCK_BYTES = 2**21     # of columns and products at a time: they stay in the cache between being written and being read


def correlate(x, w, windows, groups=1, b=None):
    """out[n, f, y, x] = b[f] + Σ_{c,i,j} w[f, c, i, j] padded[n, c, y·s + i·d, x·s + j·d], of shape (N, F, OH, OW).

    x: (N, C, H, W); w: (F, C/groups, KH, KW); windows: the kernel's places on the padded images; b: (F,), or None for 0.
    """
    b = np.zeros(len(w), x.dtype) if b is None else b
    if pointwise.suits(windows, groups):
        return pointwise.correlate(x, w, b)
    kind = _kind(w.shape, windows, groups)
    matrix = kind.matrix(w, groups)
    out = np.empty((len(x), len(w), *windows.output), x.dtype)
    for samples, canvas in _canvases(kind, x.shape[:2], len(w), windows, groups, x.dtype):
        canvas.draw(x[samples])
        np.matmul(matrix, canvas.columns(), out=canvas.products)
        canvas.read_products(out[samples], b[:, None, None])
    return out


def correlate_back(dout, windows, groups=1, x=None, w=None):
    """The gradients (dx, dw) of `correlate`: each dout goes back to all the pixels and all the weights that it came from.

    The gradient of each factor needs the other: dx (N, C, H, W) is None without w, dw (F, C/groups, KH, KW) without x.
    """
    if pointwise.suits(windows, groups):
        return pointwise.correlate_back(dout, x, w)
    filters, channels = dout.shape[1], w.shape[1] * groups if x is None else x.shape[1]
    shape = filters, channels // groups, *windows.kernel
    kind = _kind(shape, windows, groups)
    dx = dmatrix = None
    if w is not None:
        transposed = kind.matrix(w, groups).swapaxes(1, 2)
        dx = np.zeros((len(dout), channels, *windows.size), dout.dtype)
    if x is not None:
        dmatrix = kind.matrix(np.zeros(shape, x.dtype), groups)
    for samples, canvas in _canvases(kind, (len(dout), channels), filters, windows, groups, dout.dtype):
        canvas.write_products(dout[samples])
        if w is not None:
            _multiply(transposed, canvas.products, out=canvas.laid_out)
            canvas.wipe()
            canvas.add_columns()
            canvas.read(dx[samples])
        if x is not None:
            canvas.wipe()
            canvas.draw(x[samples])
            dmatrix += canvas.products @ canvas.columns().swapaxes(1, 2)
    return dx, None if x is None else np.ascontiguousarray(kind.matrix_back(dmatrix, shape))


def _kind(shape, windows, groups):
    """The canvas that serves weights of a shape (F, C/groups, KH, KW) best."""
    return WinogradCanvas if WinogradCanvas.suits(shape, windows, groups) else Canvas


def _canvases(kind, batch, filters, windows, groups, dtype):
    """Cut a batch of a shape (N, C) into blocks; yields (slice of the batch, a canvas for so many samples)."""
    n, channels = batch
    (kh, kw), (oh, ow) = windows.kernel, windows.output
    sample_bytes = (channels * kh * kw + filters) * oh * ow * dtype.itemsize
    canvas = None
    for samples in blocks(n, sample_bytes, BLOCK_BYTES):
        count = samples.stop - samples.start
        if canvas is None or canvas.samples != count:
            canvas = kind(windows, channels, filters, count, groups, dtype)
        yield samples, canvas


def _multiply(a, b, out):
    """a @ b. The product of a column and a row (one filter per group) is a table of single products, quicker as such."""
    return np.multiply(a, b, out=out) if a.shape[2] == 1 else np.matmul(a, b, out=out)
