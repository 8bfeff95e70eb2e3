"""Where the windows of convolutions and poolings lie, and the checks that the NumPy and the torch operations share."""

from typing import NamedTuple

from dl_helpers.arguments import option, shapes
from dl_helpers.convolution_arithmetic import AT_LEAST_0, AT_LEAST_1, conv_output_size

__all__ = ["Windows", "conv1d_windows", "conv_transpose_windows", "conv_windows", "pair", "pool_windows",
           "unpool_size"]


class Windows(NamedTuple):
    """The places of a kernel on an image; each field is (along the height, along the width)."""

    size: tuple[int, int]        # of the image: H, W
    kernel: tuple[int, int]      # KH, KW
    stride: tuple[int, int]
    padding: tuple[int, int]
    dilation: tuple[int, int]
    output: tuple[int, int]      # how many places there are: OH, OW


def pair(op, name, value, allowed=AT_LEAST_1):
    """(value, value) of a number, or a checked pair as it is: most options may differ along the height and the width."""
    values = tuple(value) if isinstance(value, (tuple, list)) else (value, value)
    if len(values) != 2 or not all(allowed[0](v) for v in values):
        raise ValueError(f"{op}: {name} is {value!r}; expected {allowed[1]}, or a pair of them (height, width)")
    return values


def windows(op, size, kernel, stride, padding, dilation):
    """The Windows of a kernel on an image of a size (H, W); raises ValueError when it is larger than the padded image."""
    kernel, stride, dilation = pair(op, "size", kernel), pair(op, "stride", stride), pair(op, "dilation", dilation)
    padding = pair(op, "padding", padding, AT_LEAST_0)
    padded = tuple(s + 2 * p for s, p in zip(size, padding))
    reach = tuple(d * (k - 1) + 1 for k, d in zip(kernel, dilation))
    if reach[0] > padded[0] or reach[1] > padded[1]:
        dilated = f", with dilation {dilation}: {reach}" if dilation != (1, 1) else ""
        raise ValueError(f"{op}: the kernel is larger than the padded input: kernel {kernel}{dilated}, "
                         f"input {tuple(size)} with padding {padding}: {padded}")
    output = tuple(map(conv_output_size, size, kernel, stride, padding, dilation))
    return Windows(tuple(size), kernel, stride, padding, dilation, output)


def conv_windows(op, x, w, b, stride, padding, dilation, groups):
    """Check the arguments of a convolution x (N, C, H, W), w (F, C/groups, KH, KW), b (F) or None; returns its Windows."""
    shapes(f"{op}: x (N, C, H, W), w (F, K, KH, KW), b (F)", x, w, b)
    _check_channels(op, x, w, groups)
    return windows(op, x.shape[2:], w.shape[2:], stride, padding, dilation)


def conv1d_windows(op, x, w, b, stride, padding, dilation, groups):
    """Check x (N, C, T), w (F, C/groups, K), b (F) or None; returns the Windows on a sequence as an image of width 1."""
    shapes(f"{op}: x (N, C, T), w (F, J, K), b (F)", x, w, b)
    _check_channels(op, x, w, groups)
    option(op, "stride", stride, AT_LEAST_1)
    option(op, "padding", padding, AT_LEAST_0)
    option(op, "dilation", dilation, AT_LEAST_1)
    return windows(op, (x.shape[2], 1), (w.shape[2], 1), (stride, 1), (padding, 0), (dilation, 1))


def conv_transpose_windows(op, x, w, b, stride, padding, output_padding, dilation, groups):
    """Check the arguments of a transposed convolution x (N, C, H, W), w (C, F/groups, KH, KW), b (F) or None.

    Returns the Windows of the convolution that it transposes: their output is the image x, their image is the result.
    """
    shapes(f"{op}: x (N, C, H, W), w (K, J, KH, KW)", x, w)
    option(op, "groups", groups, AT_LEAST_1)
    if w.shape[0] != x.shape[1]:
        raise ValueError(f"{op}: w has {w.shape[0]} input channels but x has {x.shape[1]}: {_shapes(x, w)}")
    if w.shape[0] % groups:
        raise ValueError(f"{op}: x has {x.shape[1]} channels, which {groups} groups cannot share equally: {_shapes(x, w)}")
    if b is not None:
        shapes(f"{op}: w (C, J, KH, KW), b ({w.shape[1] * groups})", w, b)
    stride, dilation = pair(op, "stride", stride), pair(op, "dilation", dilation)
    padding = pair(op, "padding", padding, AT_LEAST_0)
    extra = pair(op, "output_padding", output_padding, AT_LEAST_0)
    if any(e >= max(s, d) for e, s, d in zip(extra, stride, dilation)):
        raise ValueError(f"{op}: output_padding is {output_padding!r}; expected less than the stride {stride} "
                         f"or the dilation {dilation}")
    kernel = tuple(w.shape[2:])
    size = tuple((o - 1) * s - 2 * p + d * (k - 1) + e + 1
                 for o, s, p, d, k, e in zip(x.shape[2:], stride, padding, dilation, kernel, extra))
    if min(size) < 1:
        raise ValueError(f"{op}: the padding leaves nothing of the output: it would be {size} for the input "
                         f"{tuple(x.shape[2:])}, kernel {kernel}, stride {stride}, padding {padding}")
    return Windows(size, kernel, stride, padding, dilation, tuple(x.shape[2:]))


def pool_windows(op, x, size, stride, padding):
    """Check the arguments of a pooling of x (N, C, H, W); the stride is the size of the window by default."""
    shapes(f"{op}: x (N, C, H, W)", x)
    found = windows(op, x.shape[2:], size, size if stride is None else stride, padding, dilation=1)
    if any(2 * p > k for p, k in zip(found.padding, found.kernel)):
        raise ValueError(f"{op}: padding is {found.padding}; expected at most half of the window {found.kernel}: "
                         f"a window may not lie in the padding alone")
    return found


def unpool_size(op, x, size, stride, output_size):
    """The size (OH, OW) of what unpooling x (N, C, H, W) gives, and the stride as a pair."""
    size = pair(op, "size", size)
    stride = pair(op, "stride", size if stride is None else stride)
    smallest = tuple((n - 1) * s + k for n, s, k in zip(x.shape[2:], stride, size))
    output_size = smallest if output_size is None else pair(op, "output_size", output_size)
    if any((o - k) // s + 1 != n for o, k, s, n in zip(output_size, size, stride, x.shape[2:])):
        raise ValueError(f"{op}: output_size is {output_size}, but pooling an image of this size with size {size} and "
                         f"stride {stride} does not give the {tuple(x.shape[2:])} of x")
    return output_size, stride


def _check_channels(op, x, w, groups):
    option(op, "groups", groups, AT_LEAST_1)
    channels, filters, per_filter = x.shape[1], w.shape[0], w.shape[1]
    if per_filter * groups != channels:
        each = f" in each of {groups} groups" if groups > 1 else ""
        raise ValueError(f"{op}: w has {per_filter} input channels{each} but x has {channels}: {_shapes(x, w)}")
    if filters % groups:
        raise ValueError(f"{op}: w has {filters} filters, which {groups} groups cannot share equally: {_shapes(x, w)}")


def _shapes(x, w):
    return f"x.shape = {tuple(x.shape)}, w.shape = {tuple(w.shape)}"
