"""Arithmetic in fewer bits, where it does no harm."""

from contextlib import nullcontext

import torch

from dl_helpers.arguments import option

__all__ = ["Precision"]

_DTYPES = {"float32": None, "bf16": torch.bfloat16, "fp16": torch.float16}


class Precision:
    """Matrix products and convolutions in 32 or 16 bits; weights, their updates, sums and losses stay in float32.

    kind: "float32", "bf16" (the range of float32 with 8 bits of mantissa) or "fp16" (11 bits of mantissa, but nothing below
    6e-8): there the loss is scaled up before its backward pass, so that small gradients do not vanish, and a step whose
    scaled gradients overflow is left out while the scale goes down.
    """

    def __init__(self, kind, device):
        option("Precision", "precision", kind, _DTYPES)
        self.kind, self.device = kind, torch.device(device)
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=kind == "fp16")

    def context(self):
        """The context in which the forward pass runs."""
        dtype = _DTYPES[self.kind]
        return nullcontext() if dtype is None else torch.autocast(self.device.type, dtype)
