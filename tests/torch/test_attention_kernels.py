"""The fused kernels behind attention: which one takes what, and that calls to the CUDA one fit its schema.

The CUDA calls run here on fake tensors, which know shapes, dtypes and devices but hold no numbers: no GPU is needed.
"""

import pytest
import torch
from torch._subclasses.fake_tensor import FakeTensorMode

from dl_helpers.torch.attention import _CpuKernel, _CudaKernel, _fused_kernel


def test_the_cpu_kernel_takes_heads_of_one_size():
    q = torch.zeros(2, 3, 5, 4)
    assert _fused_kernel(q, q, q, None) is _CpuKernel
    assert _fused_kernel(q, q, q[..., :2], None) is None
    assert _fused_kernel(q[:0], q[:0], q[:0], None) is None


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_calls_to_the_cuda_kernel_fit_its_schema(masked, dtype):
    with FakeTensorMode():
        q, k, v, dout = (torch.empty(2, 3, t, 8, dtype=dtype, device="cuda") for t in (5, 16, 16, 5))
        bias = torch.empty(2, 3, 5, 16, dtype=dtype, device="cuda") if masked else None
        out, saved = _CudaKernel.forward(q, k, v, bias, False)
        grads = _CudaKernel.backward(dout, q, k, v, bias, False, out, saved)
    for a, b in zip((out, *grads), (dout, q, k, v), strict=True):
        assert (a.shape, a.dtype, a.device.type) == (b.shape, dtype, "cuda")


def test_the_cuda_kernel_takes_single_precision_and_aligned_sizes():
    with FakeTensorMode():
        q, odd = torch.empty(2, 3, 16, 8, device="cuda"), torch.empty(2, 3, 16, 5, device="cuda")
        short = torch.empty(2, 3, 5, 8, device="cuda")
        mask = torch.ones(2, 3, 5, 5, dtype=torch.bool, device="cuda")
        assert _fused_kernel(q, q, q, None) is _CudaKernel
        assert _fused_kernel(short, short, short, None) is _CudaKernel
        assert _fused_kernel(short, short, short, mask) is None
        assert _fused_kernel(q.double(), q.double(), q.double(), None) is None
        assert _fused_kernel(odd, odd, odd, None) is None
