"""Winograd's convolution with kernels of height 3: the same sums with two thirds of the multiplications.

Two outputs of a filter g with three taps, one below the other, need six multiplications,

    o0 = g0 d0 + g1 d1 + g2 d2,   o1 = g0 d1 + g1 d2 + g2 d3,

or four, when the pixels d and the taps g are added up first:

    m0 = g0 (d0 - d2)         m1 = (g0 + g1 + g2)/2 · (d1 + d2)
    m3 = g2 (d1 - d3)         m2 = (g0 - g1 + g2)/2 · (d2 - d1)
    o0 = m0 + m1 + m2,   o1 = m1 - m2 - m3.

The additions are done once for each pixel and each output cell, the multiplications for each pair of them: where there
are many channels and filters, the multiplications are what counts.
Source: Lavin and Gray, Fast algorithms for convolutional neural networks, CVPR 2016, there along both axes.
"""

import numpy as np

from dl_helpers.numpy.canvas import Canvas

MIN_CHANNELS = 16       # with fewer channels or filters the additions cost more than they save
TAPS = np.array([[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]])     # g0, g1, g2 → the left factors of m0 ... m3


class WinogradCanvas(Canvas):
    """A canvas on which a kernel four pixels high goes down two pixels at a time, for two rows of outputs.

    laid_out: (4, KW·C, columns) the right factors of m0 ... m3; products: (4, F, columns) m0 ... m3.
    """

    def __init__(self, windows, channels, filters, samples, groups, dtype):
        (_, kw), (_, dw), (oh, ow) = windows.kernel, windows.dilation, windows.output
        pairs = windows._replace(kernel=(4, kw), stride=(2, 1), output=((oh + 1) // 2, ow))
        super().__init__(pairs, channels, filters, samples, 1, dtype)
        self.laid_out = self.laid_out.reshape(4, kw * channels, -1)
        self.products = np.zeros((4, filters, samples * self.run), dtype)
        self.pixels = [self.memory[a, 0, :, :, start:start + self.run]                                # d0 ... d3
                       for start in (0, self.width) for a in (0, 1)]
        self.first = channels * samples * self.run                      # so many factors the first column of the kernel meets
        self.factors = np.zeros((4, self.first + (kw - 1) * dw), dtype)

    @staticmethod
    def suits(shape, windows, groups):
        """Whether this way exists for weights of a shape (F, C/groups, KH, KW), and saves more than it costs."""
        filters, channels, kh, _ = shape
        exists = kh == 3 and windows.stride == (1, 1) and windows.dilation[0] == groups == 1
        return exists and min(filters, channels) >= MIN_CHANNELS

    @staticmethod
    def matrix(w, groups):
        """Weights (F, C, 3, KW) → (4, F, KW·C), the left factors of m0 ... m3."""
        return np.tensordot(TAPS.astype(w.dtype), w, axes=(1, 2)).swapaxes(2, 3).reshape(4, len(w), -1)

    @staticmethod
    def matrix_back(dmatrix, shape):
        filters, channels, _, kw = shape
        dmatrix = dmatrix.reshape(4, filters, kw, channels)
        return np.tensordot(dmatrix, TAPS.astype(dmatrix.dtype), axes=(0, 0)).transpose(0, 2, 3, 1)

    def wipe(self):
        super().wipe()
        self.factors[:, self.first:] = 0                                # padding, which the last pixels share as well

    def columns(self):
        (d0, d1, d2, d3), (m0, m1, m2, m3) = self.pixels, self._unshifted()
        np.subtract(d0, d2, out=m0)
        np.add(d1, d2, out=m1)
        np.subtract(d2, d1, out=m2)
        np.subtract(d1, d3, out=m3)
        for row, tap in self._rows_and_taps():
            row[...] = tap
        return self.laid_out

    def add_columns(self):
        self.factors.fill(0)
        for row, tap in self._rows_and_taps():
            tap += row
        (d0, d1, d2, d3), (m0, m1, m2, m3) = self.pixels, self._unshifted()
        d0 += m0
        d1 += m1 - m2 + m3
        d2 += m1 + m2 - m0
        d3 -= m3

    def _unshifted(self):
        """The factors as the first column of the kernel meets them: (4, C, samples, run)."""
        return self.factors[:, :self.first].reshape(4, -1, self.samples, self.run)

    def _rows_and_taps(self):
        """For each column of the kernel: its rows of the layout, and the factors that it meets, both (4, C·samples·run).

        A column further right meets the same run of factors, shifted. Where the run leaves one image for the next it meets
        only columns that belong to no output cell.
        """
        (_, kw), (_, dw) = self.windows.kernel, self.windows.dilation
        rows = self.laid_out.reshape(4, kw, self.first)
        for j in range(kw):
            yield rows[:, j], self.factors[:, j * dw:j * dw + self.first]

    def read_products(self, out, b):
        m0, m1, m2, m3 = self.products
        m0 += m1
        m0 += m2
        m1 -= m2
        m1 -= m3
        np.add(self._output_cells(m0), b, out=out[:, :, 0::2])
        lower = out[:, :, 1::2]                                     # one row less when their number is odd
        np.add(self._output_cells(m1)[:, :, :lower.shape[2]], b, out=lower)

    def write_products(self, out):
        m0, m1, m2, m3 = self.products
        self._output_cells(m0)[...] = out[:, :, 0::2]
        lower = out[:, :, 1::2]
        np.negative(lower, out=self._output_cells(m3)[:, :, :lower.shape[2]])
        np.subtract(m0, m3, out=m1)
        np.add(m0, m3, out=m2)
