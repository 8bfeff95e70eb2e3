"""The sums behind convolution, transposed convolution and their gradients, each as a few matrix products.

Kernel and image are laid side by side as matrices (im2col): a column holds what one output cell sees, a row what one
cell of the kernel meets. Only a block of the batch is laid out at a time, small enough to stay in the processor's cache: the
copies cost little there, and the matrix of a whole batch would be KH·KW times as large as the batch itself.
"""

import numpy as np

from dl_helpers.numpy import winograd
from dl_helpers.numpy.lattice import sublattices

BLOCK_BYTES = 2**20


def correlate(x, w, windows, groups=1):
    """out[n, f, y, x] = Σ_{c,i,j} w[f, c, i, j] padded[n, c, y·s + i·d, x·s + j·d], of shape (N, F, OH, OW).

    x: (N, C, H, W); w: (F, C/groups, KH, KW); windows: the kernel's places on the padded images.
    """
    if winograd.suits(w.shape[1], len(w), windows, groups):
        return winograd.correlate(x, w, windows)
    out = np.empty((len(x), len(w), *windows.output), x.dtype)
    matrix = _as_matrix(w, groups)
    for samples, canvas in _canvases(x.shape, windows, groups, x.dtype):
        canvas.draw(x[samples])
        out[samples] = canvas.crop(np.matmul(matrix, canvas.columns(), out=canvas.results(len(w))))
    return out


def correlate_dx(dout, w, windows, groups=1):
    """The gradient of `correlate` with respect to x, (N, C, H, W): each dout goes back to all the pixels it came from."""
    if winograd.suits(w.shape[1], len(w), windows, groups):
        return winograd.correlate_dx(dout, w, windows)
    dx = np.zeros((len(dout), w.shape[1] * groups, *windows.size), dout.dtype)
    transposed = _as_matrix(w, groups).swapaxes(1, 2)
    for samples, canvas in _canvases(dx.shape, windows, groups, dout.dtype):
        canvas.clear()
        canvas.add(np.matmul(transposed, canvas.widen(dout[samples]), out=canvas.matrix))
        canvas.read(dx[samples])
    return dx


def correlate_dw(x, dout, windows, groups=1):
    """The gradient of `correlate` with respect to w, (F, C/groups, KH, KW): each weight meets all the pixels it touched."""
    filters, channels = dout.shape[1], x.shape[1] // groups
    if winograd.suits(channels, filters, windows, groups):
        return winograd.correlate_dw(x, dout, windows)
    dmatrix = np.zeros((groups, filters // groups, channels * windows.kernel[0] * windows.kernel[1]), x.dtype)
    for samples, canvas in _canvases(x.shape, windows, groups, x.dtype):
        canvas.draw(x[samples])
        dmatrix += canvas.widen(dout[samples]) @ canvas.columns().swapaxes(1, 2)
    return dmatrix.reshape(filters, *windows.kernel, channels).transpose(0, 3, 1, 2)


class Canvas:
    """A block of padded images, kept so that all that one cell of the kernel meets is one contiguous run of memory.

    Through the kernel's cell (i, j) the output cells (y, x) meet the padded pixels (y·s + i·d, x·s + j·d). Pixels whose
    coordinates leave the same remainder modulo the stride s are kept together, as a small image of their own. There the
    output cells step from pixel to pixel whatever the stride is, so what they meet is a run that begins at some offset. It
    goes on through the right edge of the canvas: some columns belong to no output cell, and `crop` drops them.
    """

    def __init__(self, windows, channels, samples, groups, dtype):
        self.windows, self.groups, self.samples = windows, groups, samples
        (kh, kw), (sh, sw), (dh, dw), (oh, ow) = windows.kernel, windows.stride, windows.dilation, windows.output
        below, right = (kh - 1) * dh // sh, (kw - 1) * dw // sw          # how far the kernel's last cell begins
        self.rows, self.width, self.run = oh + below, ow + right, oh * (ow + right)
        self.memory = np.zeros((sh, sw, channels, samples, self.rows * self.width + right), dtype)
        self.taps = []
        for i, j in np.ndindex(kh, kw):
            (row, a), (column, c) = divmod(i * dh, sh), divmod(j * dw, sw)
            start = row * self.width + column
            self.taps.append(self.memory[a, c, :, :, start:start + self.run])
        self.laid_out = np.empty((groups, kh * kw, channels // groups, samples, self.run), dtype)
        self.matrix = self._matrices(self.laid_out)
        self.wide = None

    def columns(self):
        """What each kernel cell (row) of each group meets for each output cell (column)."""
        for row, tap in enumerate(self.taps):
            self.laid_out[:, row] = self._by_group(tap)
        return self.matrix

    def add(self, columns):
        """Add columns back to the pixels that they came from: the transpose of `columns`."""
        columns = columns.reshape(self.laid_out.shape)
        for row, tap in enumerate(self.taps):
            group_tap = self._by_group(tap)
            group_tap += columns[:, row]

    def results(self, filters):
        if self.wide is None:
            self.wide = np.zeros((filters, self.samples, self.windows.output[0], self.width), self.memory.dtype)
        return self._matrices(self.wide.reshape(self.groups, 1, -1, self.samples, self.run))

    def widen(self, out):
        """Output cells (n, F, OH, OW) as (groups, F/groups, columns), with zeros in the columns that belong to none."""
        matrix = self.results(out.shape[1])
        self.wide[..., :self.windows.output[1]] = out.swapaxes(0, 1)
        return matrix

    def crop(self, wide):
        """The output cells (n, F, OH, OW) among the columns (groups, F/groups, columns)."""
        wide = wide.reshape(-1, self.samples, self.windows.output[0], self.width)
        return wide[..., :self.windows.output[1]].swapaxes(0, 1)

    def clear(self):
        self.memory.fill(0)

    def draw(self, images):
        """Put images (n, C, H, W) on the canvas; the padding around them stays 0."""
        for place, pixels in self._places(images):
            place[...] = pixels

    def read(self, images):
        """Take the images (n, C, H, W) off the canvas; their padding stays behind."""
        for place, pixels in self._places(images):
            pixels[...] = place

    def _places(self, images):
        """Pairs of views: pixels that belong together, on the canvas and in the images."""
        (kh, kw), (sh, sw), (dh, dw) = self.windows.kernel, self.windows.stride, self.windows.dilation
        canvas = self.memory[..., :self.rows * self.width].reshape(*self.memory.shape[:-1], self.rows, self.width)
        met = {i * dh % sh for i in range(kh)}, {j * dw % sw for j in range(kw)}
        for remainders, (row, column), pixels in sublattices(images, self.windows.stride, self.windows.padding, met):
            pixels = pixels[:, :, :self.rows - row, :self.width - column].swapaxes(0, 1)      # the rest meets no kernel
            yield canvas[remainders][:, :, row:row + pixels.shape[2], column:column + pixels.shape[3]], pixels

    def _by_group(self, tap):
        return tap.reshape(self.groups, -1, self.samples, self.run)

    def _matrices(self, array):
        return array.reshape(self.groups, array.shape[1] * array.shape[2], self.samples * self.run)


def _as_matrix(w, groups):
    """Weights (F, K, KH, KW) as (groups, F/groups, KH·KW·K): a row per filter, in the order of a canvas's columns."""
    return w.transpose(0, 2, 3, 1).reshape(groups, len(w) // groups, -1)


def _canvases(shape, windows, groups, dtype):
    """Cut a batch of a shape (N, C, H, W) into blocks; yields (slice of the batch, a canvas for so many samples)."""
    n, channels = shape[:2]
    (kh, kw), (oh, ow) = windows.kernel, windows.output
    block = int(max(1, BLOCK_BYTES // max(1, channels * kh * kw * oh * ow * dtype.itemsize)))
    canvas = None
    for start in range(0, n, block):
        samples = slice(start, min(start + block, n))
        count = samples.stop - start
        if canvas is None or canvas.samples != count:
            canvas = Canvas(windows, channels, count, groups, dtype)
        yield samples, canvas
