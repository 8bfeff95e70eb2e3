"""Recurrent networks and Transformers: who may see what, and agreement with torch's own modules."""

import pytest
import torch
from torch import nn

from dl_helpers.torch import models

tokens = torch.tensor([[1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1]])
futures = tokens.clone()
futures[:, 4:] = 0


def copy_attention(ours, theirs):
    with torch.no_grad():
        for i, layer in enumerate((ours.query, ours.key, ours.value)):
            layer.weight.copy_(theirs.in_proj_weight.chunk(3)[i])
            layer.bias.copy_(theirs.in_proj_bias.chunk(3)[i])
        ours.out.load_state_dict(theirs.out_proj.state_dict())


def copy_block(ours, theirs):
    copy_attention(ours.attend, theirs.self_attn)
    ours.think[0].load_state_dict(theirs.linear1.state_dict())
    ours.think[2].load_state_dict(theirs.linear2.state_dict())
    if hasattr(ours, "look"):
        copy_attention(ours.look, theirs.multihead_attn)
    for i, norm in enumerate(ours.norms, start=1):
        norm.load_state_dict(getattr(theirs, f"norm{i}").state_dict())


def perturbed(module):
    """Biases and layer norms away from their start, where exchanging two of them would go unnoticed."""
    with torch.no_grad():
        for p in module.parameters():
            p.add_(0.1 * torch.randn(p.shape))
    return module.double()


@pytest.mark.parametrize("causal", [False, True])
def test_attention_is_torchs(causal):
    theirs = perturbed(nn.MultiheadAttention(12, 3, batch_first=True))
    ours = models.MultiHeadAttention(12, 3).double()
    copy_attention(ours, theirs)
    x, memory = torch.randn(2, 5, 12, dtype=torch.float64), torch.randn(2, 5, 12, dtype=torch.float64)
    mask = models.causal_mask(5) if causal else None
    expected, weights = theirs(x, memory, memory, attn_mask=None if mask is None else ~mask, average_attn_weights=False)
    torch.testing.assert_close(ours(x, memory, mask), expected)
    torch.testing.assert_close(ours.attention, weights)


def test_a_query_that_may_look_nowhere_gets_zeros_and_finite_gradients():
    attention = models.MultiHeadAttention(8, 2)
    x = torch.randn(1, 3, 8, requires_grad=True)
    mask = torch.tensor([[True, True, True], [False, False, False], [True, False, False]])
    out = attention(x, mask=mask)
    out.sum().backward()
    torch.testing.assert_close(out[0, 1], attention.out.bias)
    assert x.grad.isfinite().all()


@pytest.mark.parametrize("first_norm", [False, True])
def test_encoder_block_is_torchs(first_norm):
    theirs = perturbed(nn.TransformerEncoderLayer(12, 3, 20, 0.0, batch_first=True, norm_first=first_norm))
    ours = models.EncoderBlock(12, 3, 20, dropout=0.0, first_norm=first_norm).double()
    copy_block(ours, theirs)
    x = torch.randn(2, 5, 12, dtype=torch.float64)
    torch.testing.assert_close(ours(x, models.causal_mask(5)), theirs(x, src_mask=~models.causal_mask(5)))


@pytest.mark.parametrize("first_norm", [False, True])
def test_decoder_block_is_torchs(first_norm):
    theirs = perturbed(nn.TransformerDecoderLayer(12, 3, 20, 0.0, batch_first=True, norm_first=first_norm))
    ours = models.DecoderBlock(12, 3, 20, dropout=0.0, first_norm=first_norm).double()
    copy_block(ours, theirs)
    x, memory = torch.randn(2, 5, 12, dtype=torch.float64), torch.randn(2, 7, 12, dtype=torch.float64)
    expected = theirs(x, memory, tgt_mask=~models.causal_mask(5))
    torch.testing.assert_close(ours(x, memory, mask=models.causal_mask(5)), expected)


def test_positional_encoding_is_the_formula():
    encoded = models.PositionalEncoding()(torch.zeros(1, 7, 6))[0]
    for t in range(7):
        for i in range(3):
            angle = torch.tensor(t / 10000 ** (2 * i / 6))
            torch.testing.assert_close(encoded[t, 2 * i], angle.sin())
            torch.testing.assert_close(encoded[t, 2 * i + 1], angle.cos())


def test_an_encoder_without_positions_does_not_know_the_order():
    encoder = models.Encoder(2, 8, 2, 16).double().eval()
    x, order = torch.randn(1, 6, 8, dtype=torch.float64), torch.randperm(6)
    torch.testing.assert_close(encoder(x[:, order]), encoder(x)[:, order])


@pytest.mark.parametrize("model", [
    models.CausalTransformer(7, dim=8, heads=2, hidden=16),
    *(models.CharacterModel(7, cell=cell, hidden=8, layers=2) for cell in ("rnn", "lstm", "gru")),
], ids=["transformer", "rnn", "lstm", "gru"])
def test_a_score_does_not_depend_on_the_future(model):
    def scores(tokens):
        out = model.eval()(tokens)
        return out[0] if isinstance(out, tuple) else out

    before, after = scores(tokens), scores(futures)
    torch.testing.assert_close(before[:, :4], after[:, :4], rtol=0, atol=1e-6)
    assert (before[:, 4] - after[:, 4]).abs().max() > 1e-3


def test_the_decoder_sees_the_whole_source_and_the_past_of_the_target():
    model = models.Transformer(7, 7, dim=8, heads=2, hidden=16).eval()
    out = model(tokens, tokens)
    torch.testing.assert_close(model(tokens, futures)[:, :4], out[:, :4], rtol=0, atol=1e-6)
    assert (model(futures, tokens)[:, 0] - out[:, 0]).abs().max() > 1e-3


def test_padding_of_the_source_does_not_matter():
    model = models.Transformer(7, 7, dim=8, heads=2, hidden=16, padding=0).eval()
    padded = torch.cat([tokens, torch.zeros(2, 3, dtype=torch.long)], dim=1)
    torch.testing.assert_close(model(padded, tokens), model(tokens, tokens))


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_text_may_be_read_in_pieces(cell):
    model = models.CharacterModel(7, cell=cell)
    whole, _ = model(tokens)
    first, state = model(tokens[:, :2])
    second, _ = model(tokens[:, 2:], state)
    torch.testing.assert_close(torch.cat([first, second], dim=1), whole)


def test_the_forget_gate_of_an_lstm_starts_open():
    recurrent = models.CharacterModel(7, hidden=5, layers=2).recurrent
    for layer in range(2):
        gates = getattr(recurrent, f"bias_ih_l{layer}") + getattr(recurrent, f"bias_hh_l{layer}")
        assert torch.equal(gates[5:10], torch.ones(5))
        assert (gates[:5].abs() < 1).all()


@pytest.mark.parametrize("model", [models.CharacterModel(7), models.CausalTransformer(7)], ids=["lstm", "transformer"])
def test_writing_depends_on_the_generator_alone(model):
    def write(seed, **options):
        return model.write(tokens[:1], 9, generator=torch.Generator().manual_seed(seed), **options)

    assert write(1).shape == (1, 15)
    assert torch.equal(write(1)[:, :6], tokens[:1])
    assert torch.equal(write(1), write(1))
    assert torch.equal(write(1, temperature=0), write(2, temperature=0))


def test_sampling_follows_the_softmax_of_the_scaled_scores():
    scores = torch.tensor([[0.0, 1.0, 2.0]]).expand(20_000, 3)
    for temperature in (0.5, 2.0):
        drawn = models.sample(scores, temperature, torch.Generator().manual_seed(3))
        shares = torch.bincount(drawn, minlength=3) / len(scores)
        torch.testing.assert_close(shares, (scores[0] / temperature).softmax(dim=0), rtol=0, atol=0.012)


def test_wrong_options_are_refused():
    with pytest.raises(ValueError, match="CharacterModel: cell is 'lstn'; expected one of 'rnn', 'lstm', 'gru'"):
        models.CharacterModel(7, cell="lstn")
    with pytest.raises(ValueError, match="heads is 3; expected a divisor of dim = 8"):
        models.MultiHeadAttention(8, 3)
