"""A model that reads a text character by character and guesses the next one."""

import torch
from torch import nn

from dl_helpers.arguments import option

__all__ = ["CharacterModel", "sample"]

_CELLS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


class CharacterModel(nn.Module):
    """Embedding, recurrent layers, scores for the next character.

    tokens int (N, T), state -> scores (N, T, vocabulary), state. The state is None at the start of a text; handed on,
    it lets a long text be read in pieces (truncated backpropagation through time).
    cell: "rnn", "lstm" or "gru". The forget gate of an LSTM starts open (bias 1), so that it remembers at first.
    Source: Karpathy, The Unreasonable Effectiveness of Recurrent Neural Networks, 2015.
    """

    def __init__(self, vocabulary, embedding=32, hidden=128, layers=1, cell="lstm", dropout=0.0):
        super().__init__()
        option("CharacterModel", "cell", cell, _CELLS)
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.recurrent = _CELLS[cell](embedding, hidden, layers, batch_first=True, dropout=dropout)
        self.scores = nn.Linear(hidden, vocabulary)
        if cell == "lstm":
            with torch.no_grad():
                for layer in range(layers):  # the gates stand in the order i, f, g, o; two biases add up
                    getattr(self.recurrent, f"bias_ih_l{layer}")[hidden:2 * hidden] = 1
                    getattr(self.recurrent, f"bias_hh_l{layer}")[hidden:2 * hidden] = 0

    def forward(self, tokens, state=None):
        out, state = self.recurrent(self.embedding(tokens), state)
        return self.scores(out), state

    @torch.no_grad()
    def write(self, start, length, temperature=1.0, generator=None):
        """Continue `start` int (N, T) by `length` characters, each fed back as the next input; returns int (N, T + length)."""
        tokens, inputs, state = start, start, None
        for _ in range(length):
            scores, state = self(inputs, state)
            inputs = sample(scores[:, -1], temperature, generator)[:, None]
            tokens = torch.cat([tokens, inputs], dim=1)
        return tokens


def sample(scores, temperature=1.0, generator=None):
    """Draw a class of each row from softmax(scores / temperature): scores (N, C) -> int (N,). Temperature 0 takes the best."""
    option("sample", "temperature", temperature, (lambda t: t >= 0, "a number ≥ 0"))
    if temperature == 0:
        return scores.argmax(dim=-1)
    return torch.multinomial((scores / temperature).softmax(dim=-1), 1, generator=generator)[:, 0]
