"""A network that cannot learn a handful of samples by heart has a bug. These can."""

import pytest
import torch
import torch.nn.functional as F

from dl_helpers.torch import models

images, labels = torch.randn(6, 1, 32, 32), torch.tensor([0, 1, 2, 3, 4, 5])
small = images[..., :8, :8]
masks = (small[:, 0] > 0).long()
tokens = torch.randint(7, (6, 8))

CASES = {
    "LeNet5": (models.LeNet5, (images,), labels),
    "CifarResNet": (lambda: models.CifarResNet(1, channels=1), (small,), labels),
    "SmallGoogLeNet": (models.SmallGoogLeNet, (small,), labels),
    "Xception": (lambda: models.Xception(10, 1, width=1 / 16, middle=1), (images,), labels),
    "ViT": (lambda: models.ViT(10, 1, size=8, patch=2, dim=16, heads=2, layers=2, hidden=32), (small,), labels),
    "FCN": (lambda: models.FCN(2, 1, widths=(32, 32)), (small,), masks),
    "SegNet": (lambda: models.SegNet(2, 1, widths=(32, 32)), (small,), masks),
    "UNet": (lambda: models.UNet(2, 1, width=8, depth=2), (small,), masks),
    "CharacterModel": (lambda: models.CharacterModel(7), (tokens[:, :-1],), tokens[:, 1:]),
    "CausalTransformer": (lambda: models.CausalTransformer(7), (tokens[:, :-1],), tokens[:, 1:]),
    "Transformer": (lambda: models.Transformer(7, 7, dropout=0.0), (tokens, tokens.flip(1)[:, :-1]), tokens.flip(1)[:, 1:]),
    "GCN": (lambda: models.GCN(3, 64, 6), (torch.randn(6, 3), models.normalized_adjacency(torch.eye(6).roll(1, 0))), labels),
}


def loss_of(model, inputs, target):
    scores = model(*inputs)
    scores = scores[0] if isinstance(scores, tuple) else scores
    return F.cross_entropy(scores.movedim(-1, 1) if scores.ndim == 3 else scores, target)


@pytest.mark.parametrize("name", CASES)
def test_a_tiny_batch_is_learned_by_heart(name):
    build, inputs, target = CASES[name]
    model = build()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    start = loss_of(model, inputs, target).item()
    for _ in range(250):
        optimizer.zero_grad()
        loss = loss_of(model, inputs, target)
        loss.backward()
        optimizer.step()
        if loss < start / 50:
            break
    assert loss < start / 10, f"{name}: loss {start:.3f} -> {loss:.3f}"
