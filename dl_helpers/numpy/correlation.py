"""The sums behind convolution, transposed convolution and their gradients, each as a few matrix products.

Kernel and image are laid side by side as matrices (im2col): a column holds what one output cell sees, a row what one
cell of the kernel meets. Only a block of the batch is laid out at a time, small enough to stay in the processor's cache: the
copies cost little there, and the matrix of a whole batch would be KH·KW times as large as the batch itself.
"""

import numpy as np

from dl_helpers.numpy.canvas import Canvas
from dl_helpers.numpy.winograd import WinogradCanvas

BLOCK_BYTES = 2**21     # of columns and products at a time: they stay in the cache between being written and being read


def correlate(x, w, windows, groups=1, b=None):
    """out[n, f, y, x] = b[f] + Σ_{c,i,j} w[f, c, i, j] padded[n, c, y·s + i·d, x·s + j·d], of shape (N, F, OH, OW).

    x: (N, C, H, W); w: (F, C/groups, KH, KW); windows: the kernel's places on the padded images; b: (F,), or None for 0.
    """
    kind = _kind(w.shape, windows, groups)
    matrix = kind.matrix(w, groups)
    out = np.empty((len(x), len(w), *windows.output), x.dtype)
    b = np.zeros(len(w), x.dtype) if b is None else b
    for samples, canvas in _canvases(kind, x.shape, len(w), windows, groups, x.dtype):
        canvas.draw(x[samples])
        np.matmul(matrix, canvas.columns(), out=canvas.products)
        canvas.read_products(out[samples], b[:, None, None])
    return out


def correlate_dx(dout, w, windows, groups=1):
    """The gradient of `correlate` with respect to x, (N, C, H, W): each dout goes back to all the pixels it came from."""
    kind = _kind(w.shape, windows, groups)
    transposed = kind.matrix(w, groups).swapaxes(1, 2)
    dx = np.zeros((len(dout), w.shape[1] * groups, *windows.size), dout.dtype)
    for samples, canvas in _canvases(kind, dx.shape, len(w), windows, groups, dout.dtype):
        canvas.write_products(dout[samples])
        _multiply(transposed, canvas.products, out=canvas.laid_out)
        canvas.add_columns()
        canvas.read(dx[samples])
    return dx


def correlate_dw(x, dout, windows, groups=1):
    """The gradient of `correlate` with respect to w, (F, C/groups, KH, KW): each weight meets all the pixels it touched."""
    shape = dout.shape[1], x.shape[1] // groups, *windows.kernel
    kind = _kind(shape, windows, groups)
    dmatrix = 0
    for samples, canvas in _canvases(kind, x.shape, shape[0], windows, groups, x.dtype):
        canvas.draw(x[samples])
        canvas.write_products(dout[samples])
        dmatrix += canvas.products @ canvas.columns().swapaxes(1, 2)
    return np.ascontiguousarray(kind.matrix_back(dmatrix, shape)) if len(x) else np.zeros(shape, x.dtype)


def _kind(shape, windows, groups):
    """The canvas that serves weights of a shape (F, C/groups, KH, KW) best."""
    return WinogradCanvas if WinogradCanvas.suits(shape, windows, groups) else Canvas


def _canvases(kind, shape, filters, windows, groups, dtype):
    """Cut a batch of a shape (N, C, H, W) into blocks; yields (slice of the batch, a canvas for so many samples)."""
    n, channels = shape[:2]
    (kh, kw), (oh, ow) = windows.kernel, windows.output
    sample_bytes = (channels * kh * kw + filters) * oh * ow * dtype.itemsize
    block = BLOCK_BYTES // max(1, sample_bytes) or 1
    canvas = None
    for start in range(0, n, block):
        samples = slice(start, min(start + block, n))
        count = samples.stop - start
        if canvas is None or canvas.samples != count:
            canvas = kind(windows, channels, filters, count, groups, dtype)
        yield samples, canvas


def _multiply(a, b, out):
    """a @ b. The product of a column and a row (one filter per group) is a table of single products, quicker as such."""
    return np.multiply(a, b, out=out) if a.shape[2] == 1 else np.matmul(a, b, out=out)
