"""The Transformer: attention, residuals, and nothing recurrent."""

import torch
from torch import nn

from dl_helpers.torch.models.attention import MultiHeadAttention, causal_mask
from dl_helpers.torch.models.character import sample

__all__ = ["CausalTransformer", "Decoder", "DecoderBlock", "Encoder", "EncoderBlock", "PositionalEncoding", "Transformer"]


class PositionalEncoding(nn.Module):
    """Adds the position t to a token, as waves of many lengths.

    out[t, 2i] = x[t, 2i] + sin(t / 10000^(2i/D)),  out[t, 2i+1] = x[t, 2i+1] + cos(t / 10000^(2i/D))

    x (N, T, D) -> (N, T, D), for any T: the waves are computed, not learned.
    """

    def forward(self, x):
        t, d = x.shape[-2:]
        position = torch.arange(t, device=x.device, dtype=torch.float32)[:, None]
        frequency = 10000 ** (-torch.arange(0, d, 2, device=x.device, dtype=torch.float32) / d)
        angle = position * frequency
        waves = torch.stack([angle.sin(), angle.cos()], dim=-1).flatten(1)[:, :d]
        return x + waves.to(x.dtype)


def _feed_forward(dim, hidden):
    return nn.Sequential(nn.Linear(dim, hidden), nn.ReLU(), nn.Linear(hidden, dim))


class EncoderBlock(nn.Module):
    """Self-attention, then an affine network on each token; around both a residual, layer norm after it.

    x (N, T, D), mask True where a query may look -> (N, T, D).
    first_norm=True normalizes in front of each part instead, as most later models do: deep stacks then train without warm-up.
    """

    def __init__(self, dim, heads, hidden, dropout=0.1, first_norm=False):
        super().__init__()
        self.attend, self.think = MultiHeadAttention(dim, heads), _feed_forward(dim, hidden)
        self.norms = nn.ModuleList([nn.LayerNorm(dim), nn.LayerNorm(dim)])
        self.dropout, self.first_norm = nn.Dropout(dropout), first_norm

    def forward(self, x, mask=None):
        x = self._add(x, self.norms[0], lambda h: self.attend(h, mask=mask))
        return self._add(x, self.norms[1], self.think)

    def _add(self, x, norm, part):
        if self.first_norm:
            return x + self.dropout(part(norm(x)))
        return norm(x + self.dropout(part(x)))


class DecoderBlock(EncoderBlock):
    """As EncoderBlock, with a look at the encoder's output in between.

    x (N, T, D), memory (N, S, D), their masks -> (N, T, D).
    """

    def __init__(self, dim, heads, hidden, dropout=0.1, first_norm=False):
        super().__init__(dim, heads, hidden, dropout, first_norm)
        self.look = MultiHeadAttention(dim, heads)
        self.norms.append(nn.LayerNorm(dim))

    def forward(self, x, memory, mask=None, memory_mask=None):
        x = self._add(x, self.norms[0], lambda h: self.attend(h, mask=mask))
        x = self._add(x, self.norms[1], lambda h: self.look(h, memory, memory_mask))
        return self._add(x, self.norms[2], self.think)


class _Stack(nn.Module):
    """Blocks in a row and a last layer norm."""

    def __init__(self, block, layers, dim, *args, **options):
        super().__init__()
        self.blocks = nn.ModuleList([block(dim, *args, **options) for _ in range(layers)])
        self.norm = nn.LayerNorm(dim)

    def forward(self, x, *args, **masks):
        for block in self.blocks:
            x = block(x, *args, **masks)
        return self.norm(x)


class Encoder(_Stack):
    """x (N, T, D) -> (N, T, D) through `layers` encoder blocks: Encoder(layers, dim, heads, hidden, dropout=, first_norm=)."""

    def __init__(self, layers, dim, heads, hidden, **options):
        super().__init__(EncoderBlock, layers, dim, heads, hidden, **options)


class Decoder(_Stack):
    """x (N, T, D), memory (N, S, D) -> (N, T, D) through `layers` decoder blocks, with the options of Encoder."""

    def __init__(self, layers, dim, heads, hidden, **options):
        super().__init__(DecoderBlock, layers, dim, heads, hidden, **options)


class _Tokens(nn.Module):
    """Tokens int (N, T) -> (N, T, D): an embedding of about unit size, and the position."""

    def __init__(self, vocabulary, dim, dropout):
        super().__init__()
        self.embedding, self.position, self.dropout = nn.Embedding(vocabulary, dim), PositionalEncoding(), nn.Dropout(dropout)

    def forward(self, tokens):
        return self.dropout(self.position(self.embedding(tokens)))


class Transformer(nn.Module):
    """Encoder and decoder: reads one sequence, writes another.

    source int (N, S), target int (N, T) -> scores (N, T, target vocabulary); target is the wanted sequence moved right by
    one, so that scores[:, t], which has seen target[:, :t+1] only, are those of the next token. Source tokens equal to
    `padding` are looked at by nobody.
    """

    def __init__(self, source_vocabulary, target_vocabulary, dim=64, heads=4, hidden=128, layers=2, dropout=0.1, padding=None):
        super().__init__()
        self.padding = padding
        self.source, self.target = _Tokens(source_vocabulary, dim, dropout), _Tokens(target_vocabulary, dim, dropout)
        self.encoder = Encoder(layers, dim, heads, hidden, dropout=dropout)
        self.decoder = Decoder(layers, dim, heads, hidden, dropout=dropout)
        self.scores = nn.Linear(dim, target_vocabulary)

    def forward(self, source, target):
        memory, real = self.encode(source)
        return self.decode(target, memory, real)

    def encode(self, source):
        real = None if self.padding is None else (source != self.padding)[:, None, None, :]
        return self.encoder(self.source(source), mask=real), real

    def decode(self, target, memory, real=None):
        mask = causal_mask(target.shape[1], target.device)
        return self.scores(self.decoder(self.target(target), memory, mask=mask, memory_mask=real))

    @torch.no_grad()
    def write(self, source, start, length):
        """The most likely next token, `length` times: source int (N, S), start int (N, 1) -> int (N, 1 + length)."""
        memory, real = self.encode(source)
        for _ in range(length):
            best = self.decode(start, memory, real)[:, -1].argmax(dim=-1, keepdim=True)
            start = torch.cat([start, best], dim=1)
        return start


class CausalTransformer(nn.Module):
    """An encoder with a causal mask: a model of the next token.

    tokens int (N, T) -> scores (N, T, vocabulary); scores[:, t] have seen tokens[:, :t+1] only.
    """

    def __init__(self, vocabulary, dim=64, heads=4, hidden=256, layers=2, dropout=0.0):
        super().__init__()
        self.tokens = _Tokens(vocabulary, dim, dropout)
        self.encoder = Encoder(layers, dim, heads, hidden, dropout=dropout, first_norm=True)
        self.scores = nn.Linear(dim, vocabulary)

    def forward(self, tokens):
        return self.scores(self.encoder(self.tokens(tokens), mask=causal_mask(tokens.shape[1], tokens.device)))

    @torch.no_grad()
    def write(self, start, length, temperature=1.0, generator=None):
        """Continue `start` int (N, T) by `length` sampled tokens; returns int (N, T + length)."""
        for _ in range(length):
            start = torch.cat([start, sample(self(start)[:, -1], temperature, generator)[:, None]], dim=1)
        return start
