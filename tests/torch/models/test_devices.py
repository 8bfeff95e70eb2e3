"""The networks run where their weights are.

torch's meta device stands in for a GPU: tensors there have shapes and no numbers, and an operation that mixes them with tensors
of the CPU is an error, as on a GPU.
"""

import pytest
import torch

from dl_helpers.torch import models
from tests.torch.models.test_shapes import SMALL

tokens = torch.long
OTHERS = {
    "CharacterModel": (lambda: models.CharacterModel(7), [((2, 5), tokens)]),
    "CausalTransformer": (lambda: models.CausalTransformer(7), [((2, 5), tokens)]),
    "Transformer": (lambda: models.Transformer(7, 7, padding=0), [((2, 5), tokens), ((2, 4), tokens)]),
    "VAE": (lambda: models.VAE((1, 8, 8)), [((2, 1, 8, 8), torch.float32)]),
    "GCN": (lambda: models.GCN(3, 4, 2), [((5, 3), torch.float32), ((5, 5), torch.float32)]),
}
CASES = OTHERS | {name: (build, [(shape, torch.float32)]) for name, (build, shape, _) in SMALL.items()}


def on_device(build):
    return build().to("meta")


def empty(shape, dtype):
    return torch.empty(shape, dtype=dtype, device="meta")


@pytest.mark.parametrize("name", CASES)
def test_what_comes_out_is_on_the_device_too(name):
    build, inputs = CASES[name]
    out = on_device(build)(*(empty(*x) for x in inputs))
    for tensor in out if isinstance(out, tuple) else [out]:
        for part in tensor if isinstance(tensor, tuple) else [tensor]:
            assert part.device.type == "meta"


def test_what_is_written_and_drawn_stays_on_the_device():
    start = empty((2, 3), tokens)
    character, causal = on_device(lambda: models.CharacterModel(7)), on_device(lambda: models.CausalTransformer(7))
    transformer, vae = on_device(lambda: models.Transformer(7, 7)), on_device(lambda: models.VAE((4,)))
    for made in (character.write(start, 2), causal.write(start, 2), transformer.write(start, start[:, :1], 2), vae.sample(3)):
        assert made.device.type == "meta"
    assert models.normalized_adjacency(empty((4, 4), torch.float32)).device.type == "meta"


def test_losses_stay_on_the_device():
    x, discriminator = empty((3, 2), torch.float32), on_device(lambda: models.Discriminator((2,)))
    assert models.discriminator_loss(discriminator, x, x).device.type == "meta"
    assert models.generator_loss(discriminator, x).device.type == "meta"
    assert models.elbo_loss(x, x, x, x)[0].device.type == "meta"


def test_the_stand_in_notices_a_tensor_of_another_device():
    with pytest.raises(RuntimeError, match="device"):
        on_device(lambda: models.MultiHeadAttention(4, 2))(empty((1, 3, 4), torch.float32), mask=models.causal_mask(3))
