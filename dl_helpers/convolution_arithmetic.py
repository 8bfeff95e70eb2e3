"""Sizes, parameters and costs of convolutions and poolings, as plain integers: no array is touched.

Each function speaks of one axis; an image has two, and each of them follows the same formula. Source: Dumoulin and Visin,
A guide to convolution arithmetic for deep learning, 2016.
"""

from dl_helpers.arguments import option

__all__ = [
    "conv_multiply_adds", "conv_output_size", "conv_parameters", "conv_transpose_output_size", "receptive_field",
    "same_padding",
]  # fmt: skip

AT_LEAST_0 = (lambda v: isinstance(v, int) and v >= 0, "an integer ≥ 0")
AT_LEAST_1 = (lambda v: isinstance(v, int) and v >= 1, "an integer ≥ 1")


def conv_output_size(size, kernel, stride=1, padding=0, dilation=1):
    """How many places a kernel (or a pooling window) finds along one axis.

    out = ⌊(size + 2·padding - dilation·(kernel - 1) - 1) / stride⌋ + 1

    The last pixels are left over where the steps do not fit (the floor). Raises ValueError when the kernel is larger than the
    padded input, which has no place for it at all.
    """
    op = "conv_output_size"
    option(op, "size", size, AT_LEAST_0)
    option(op, "padding", padding, AT_LEAST_0)
    for name, value in {"kernel": kernel, "stride": stride, "dilation": dilation}.items():
        option(op, name, value, AT_LEAST_1)
    reach = dilation * (kernel - 1) + 1
    if reach > size + 2 * padding:
        raise ValueError(f"{op}: the kernel reaches over {reach} pixels, but the padded input has {size + 2 * padding}")
    return (size + 2 * padding - reach) // stride + 1


def conv_transpose_output_size(size, kernel, stride=1, padding=0, output_padding=0, dilation=1):
    """The size of the input of a convolution whose output has `size` places: the inverse of `conv_output_size`.

    out = (size - 1)·stride - 2·padding + dilation·(kernel - 1) + output_padding + 1

    Several input sizes lead to one output size where the floor drops pixels: output_padding (< stride) says which is meant.
    """
    return (size - 1) * stride - 2 * padding + dilation * (kernel - 1) + output_padding + 1


def same_padding(kernel, dilation=1):
    """The padding that keeps the size at stride 1: dilation·(kernel - 1) / 2, for kernels of odd reach."""
    whole, rest = divmod(dilation * (kernel - 1), 2)
    if rest:
        raise ValueError(f"same_padding: a kernel of {kernel} with dilation {dilation} would need {whole} on one side "
                         f"and {whole + 1} on the other; take an odd kernel")
    return whole


def conv_parameters(in_channels, out_channels, kernel, groups=1, bias=True):
    """The number of weights and biases of a layer.

    (in_channels/groups · KH·KW + 1) · out_channels

    kernel: one number for a square kernel, or (KH, KW). Without biases the + 1 goes.
    """
    kh, kw = (kernel, kernel) if isinstance(kernel, int) else kernel
    return (in_channels // groups * kh * kw + bool(bias)) * out_channels


def conv_multiply_adds(in_channels, out_channels, kernel, output, groups=1):
    """The number of multiplications (and as many additions) of a layer on one image.

    out_channels · OH·OW · in_channels/groups · KH·KW

    kernel, output: one number for a square, or a pair (height, width).
    """
    oh, ow = (output, output) if isinstance(output, int) else output
    return oh * ow * conv_parameters(in_channels, out_channels, kernel, groups, bias=False)


def receptive_field(layers):
    """How many input pixels along one axis one output pixel of a stack sees.

    r_k = r_{k-1} + (f_k - 1) · Π_{i<k} s_i,  r_0 = 1

    layers: the (kernel, stride) of each convolution or pooling, first layer first; a dilated kernel counts with its reach
    dilation·(kernel - 1) + 1. Source: Araujo, Norris and Sim, Computing receptive fields of CNNs, Distill 2019.
    """
    field, step = 1, 1
    for kernel, stride in layers:
        field += (kernel - 1) * step
        step *= stride
    return field
