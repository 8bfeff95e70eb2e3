"""Convolutions of sequences and images, and the transposed convolution.

What deep learning calls a convolution is a cross-correlation: the kernel is laid on the image as it is, not flipped.
The sums themselves stand in `correlation`; the loops that define them in `naive`.
"""

from dl_helpers.arguments import shapes
from dl_helpers.numpy.correlation import correlate, correlate_back
from dl_helpers.windows import conv1d_windows, conv_transpose_windows, conv_windows

__all__ = [
    "conv1d_backward", "conv1d_forward", "conv2d_backward", "conv2d_forward",
    "conv_transpose2d_backward", "conv_transpose2d_forward",
]  # fmt: skip


def conv2d_forward(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    r"""A convolution of images: every filter looks at every place of the image through the same weights.

    out[n, f, y, x] = b[f] + Σ_{c,i,j} w[f, c, i, j] padded[n, c, y·stride + i·dilation, x·stride + j·dilation]

    x: (N, C, H, W) images; w: (F, C/groups, KH, KW) filters; b: (F,) biases or None. padded is x with `padding` zeros on each
    side. stride, padding, dilation: a number, or a pair (along the height, along the width). With groups, each group of
    F/groups filters sees its own C/groups channels; groups = C is the depthwise convolution.
    Returns out (N, F, OH, OW), OH = ⌊(H + 2·padding - dilation·(KH - 1) - 1) / stride⌋ + 1, and the cache.
    Raises ValueError when the channels disagree or the kernel is larger than the padded images.
    Source: LeCun et al., Gradient-based learning applied to document recognition, 1998.
    """
    windows = conv_windows("conv2d_forward", x, w, b, stride, padding, dilation, groups)
    return correlate(x, w, windows, groups, b), (x, w, b is not None, windows, groups)


def conv2d_backward(dout, cache):
    """Every product of the forward sum passes its gradient on to both factors.

    dx = Σ w · dout over the outputs that a pixel reached (the pixels of the padding are dropped),
    dw = Σ padded · dout over the samples and places, db = Σ_{n,y,x} dout; db is None where there was no b.

    dout: (N, F, OH, OW). Returns dx (N, C, H, W), dw (F, C/groups, KH, KW), db (F,).
    """
    x, w, biased, windows, groups = cache
    _check_dout("conv2d_backward", dout, len(x), len(w), windows.output)
    dx, dw = correlate_back(dout, windows, groups, x, w)
    return dx, dw, dout.sum(axis=(0, 2, 3)) if biased else None


def conv1d_forward(x, w, b=None, stride=1, padding=0, dilation=1, groups=1):
    """A convolution of sequences, which are images of width 1.

    out[n, f, t] = b[f] + Σ_{c,k} w[f, c, k] padded[n, c, t·stride + k·dilation]

    x: (N, C, T) sequences of C features; w: (F, C/groups, K) filters; b: (F,) biases or None.
    Returns out (N, F, ⌊(T + 2·padding - dilation·(K - 1) - 1) / stride⌋ + 1) and the cache.
    Raises ValueError when the channels disagree or the kernel is larger than the padded sequences.
    """
    windows = conv1d_windows("conv1d_forward", x, w, b, stride, padding, dilation, groups)
    out = correlate(x[..., None], w[..., None], windows, groups, b)[..., 0]
    return out, (x, w, b is not None, windows, groups)


def conv1d_backward(dout, cache):
    """dx = Σ w · dout, dw = Σ padded · dout, db = Σ_{n,t} dout; see `conv2d_backward`.

    dout: (N, F, OT). Returns dx (N, C, T), dw (F, C/groups, K), db (F,) or None.
    """
    x, w, biased, windows, groups = cache
    shapes(f"conv1d_backward: dout ({len(x)}, {len(w)}, {windows.output[0]})", dout)
    dx, dw = correlate_back(dout[..., None], windows, groups, x[..., None], w[..., None])
    return dx[..., 0], dw[..., 0], dout.sum(axis=(0, 2)) if biased else None


def conv_transpose2d_forward(x, w, b=None, stride=1, padding=0, output_padding=0, dilation=1, groups=1):
    """The transposed convolution: each input pixel stamps the kernel, weighted by its value, into a larger image.

    out[n, f, y·stride + i·dilation - padding, x·stride + j·dilation - padding] += Σ_c x[n, c, y, x] w[c, f, i, j], then + b[f]

    As a matrix it is the transpose of the convolution with the same weights, so its forward pass is that convolution's
    gradient, and its gradient is that convolution. It is not its inverse.
    x: (N, C, H, W); w: (C, F/groups, KH, KW), input channels first; b: (F,) or None. output_padding: rows and columns added at
    the lower right, where a strided convolution would have left pixels over.
    Returns out (N, F, (H - 1)·stride - 2·padding + dilation·(KH - 1) + output_padding + 1, and so the width), and the cache.
    Raises ValueError when the channels disagree, or nothing of the output is left.
    Source: Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016, chapter 4.
    """
    windows = conv_transpose_windows("conv_transpose2d_forward", x, w, b, stride, padding, output_padding, dilation, groups)
    out, _ = correlate_back(x, windows, groups, w=w)
    if b is not None:
        out += b[:, None, None]
    return out, (x, w, b is not None, windows, groups)


def conv_transpose2d_backward(dout, cache):
    """dx = the convolution of dout with w, dw = Σ dout · x over the samples and places, db = Σ_{n,y,x} dout.

    dout: (N, F, OH, OW). Returns dx (N, C, H, W), dw (C, F/groups, KH, KW), db (F,), or None where there was no b.
    """
    x, w, biased, windows, groups = cache
    _check_dout("conv_transpose2d_backward", dout, len(x), w.shape[1] * groups, windows.size)
    dx = correlate(dout, w, windows, groups)
    _, dw = correlate_back(x, windows, groups, x=dout)
    return dx, dw, dout.sum(axis=(0, 2, 3)) if biased else None


def _check_dout(op, dout, n, filters, size):
    shapes(f"{op}: dout ({n}, {filters}, {size[0]}, {size[1]})", dout)
