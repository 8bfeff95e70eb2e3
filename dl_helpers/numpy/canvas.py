"""The working memory of a convolution: padded images, their columns, and the products of columns and weights."""

import numpy as np

from dl_helpers.numpy.lattice import sublattices


class Canvas:
    """A block of padded images, kept so that all that one cell of the kernel meets is one contiguous run of memory.

    Through the kernel's cell (i, j) the output cells (y, x) meet the padded pixels (y·s + i·d, x·s + j·d). Pixels whose
    coordinates leave the same remainder modulo the stride s are kept together, as a small image of their own. There the
    output cells step from pixel to pixel whatever the stride is, so what they meet is a run that begins at some offset. It
    goes on through the right edge of the canvas: some columns belong to no output cell; nobody reads their products.

    laid_out: (groups, KH·KW·C/groups, columns) the columns; products: (groups, F/groups, columns) weights times columns.
    """

    def __init__(self, windows, channels, filters, samples, groups, dtype):
        self.windows, self.groups, self.samples = windows, groups, samples
        (kh, kw), (sh, sw), (dh, dw), (oh, ow) = windows.kernel, windows.stride, windows.dilation, windows.output
        below, right = (kh - 1) * dh // sh, (kw - 1) * dw // sw          # where the kernel's last cell begins
        met_padding = ow + right - windows.padding[1] - windows.size[1]  # on the right: the next row begins with as much,
        shared = max(0, min(right, met_padding)) if sw == 1 else 0       # so both rows can share it
        self.rows, self.width = oh + below, ow + right - shared
        self.run = oh * self.width
        self.memory = np.zeros((sh, sw, channels, samples, self.rows * self.width + right), dtype)
        self.taps = []                                                   # what each kernel cell meets: (C, samples, run)
        for i, j in np.ndindex(kh, kw):
            (row, a), (column, c) = divmod(i * dh, sh), divmod(j * dw, sw)
            start = row * self.width + column
            self.taps.append(self.memory[a, c, :, :, start:start + self.run])
        columns = samples * self.run
        self.laid_out = np.empty((groups, kh * kw * channels // groups, columns), dtype)
        self.products = np.zeros((groups, filters // groups, columns), dtype)

    @staticmethod
    def matrix(w, groups):
        """Weights (F, C/groups, KH, KW) as (groups, F/groups, KH·KW·C/groups): a row per filter, in the order of laid_out."""
        return w.transpose(0, 2, 3, 1).reshape(groups, len(w) // groups, -1)

    @staticmethod
    def matrix_back(dmatrix, shape):
        """The transpose of `matrix`: the gradient of the weights, of a shape (F, C/groups, KH, KW)."""
        filters, channels, kh, kw = shape
        return dmatrix.reshape(filters, kh, kw, channels).transpose(0, 3, 1, 2)

    def columns(self):
        """Lay out what each kernel cell (row) of each group meets for each output cell (column); returns laid_out."""
        for row, tap in self._rows_and_taps():
            row[...] = tap
        return self.laid_out

    def add_columns(self):
        """Add what is laid out to the pixels that it came from: the transpose of `columns`."""
        for row, tap in self._rows_and_taps():
            tap += row

    def _rows_and_taps(self):
        rows = self.laid_out.reshape(self.groups, len(self.taps), -1, self.samples, self.run)
        for number, tap in enumerate(self.taps):
            yield rows[:, number], tap.reshape(self.groups, -1, self.samples, self.run)

    def read_products(self, out, b):
        """Take the output cells out (n, F, OH, OW) from the products, and add b (F, 1, 1)."""
        np.add(self._output_cells(self.products), b, out=out)

    def write_products(self, out):
        """Put the output cells (n, F, OH, OW) among the products; those of no output cell stay 0."""
        self._output_cells(self.products)[...] = out

    def _output_cells(self, products):
        """The view (n, F, OH, OW) of those products that belong to output cells."""
        oh, ow = self.windows.output
        return products.reshape(-1, self.samples, oh, self.width)[..., :ow].swapaxes(0, 1)

    def wipe(self):
        """Make the canvas empty again: all zeros."""
        self.memory.fill(0)

    def draw(self, images):
        """Put images (n, C, H, W) on an empty canvas; the padding around them stays 0."""
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
