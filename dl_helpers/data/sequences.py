"""Generated sequence problems, each of which asks for a memory of another kind."""

from datetime import date, timedelta

import numpy as np

from dl_helpers.arguments import count, generator, option

__all__ = ["adding_problem", "copying", "dates", "reversing", "sorting", "sums"]

_MONTHS = ("January", "February", "March", "April", "May", "June", "July",
           "August", "September", "October", "November", "December")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def copying(n=100, length=8, symbols=9, shortest=None, *, rng):
    """Sequences to be repeated as they are.

    n: how many; length: of the longest, T; symbols: they are the numbers 1 to `symbols`;
    shortest: of the shortest sequence, by default T; rng: np.random.Generator.
    Returns source and target, both (N, T) int64. Behind the end of a shorter sequence stands 0 (data.PAD).
    """
    source = _symbols("copying", n, length, symbols, shortest, rng)
    return source, source.copy()


def reversing(n=100, length=8, symbols=9, shortest=None, *, rng):
    """Sequences to be turned round: what was seen last is needed first.

    Arguments, results (N, T) and padding as in copying.
    """
    source = _symbols("reversing", n, length, symbols, shortest, rng)
    ends = (source != 0).sum(axis=1)[:, None]
    from_the_end = ends - 1 - np.arange(length)
    return source, np.where(from_the_end >= 0, np.take_along_axis(source, from_the_end.clip(0), axis=1), 0)


def sorting(n=100, length=8, symbols=9, shortest=None, *, rng):
    """Sequences to be sorted: every output depends on all inputs.

    Arguments, results (N, T) and padding as in copying.
    """
    source = _symbols("sorting", n, length, symbols, shortest, rng)
    padding_last = np.where(source == 0, symbols + 1, source)
    target = np.sort(padding_last, axis=1)
    return source, np.where(target > symbols, 0, target)


def adding_problem(n=100, length=20, *, rng):
    """Many numbers of which two are marked: their sum is asked for. The first mark must be remembered for long.

    y = Σ_t x[t, 0] · x[t, 1],  x[t, 0] ~ U(0, 1),  x[t, 1] = 1 at one step of each half and 0 elsewhere

    n: how many sequences; length: T ≥ 2; rng: np.random.Generator. Returns x (N, T, 2) and y (N,), float64.
    Who always answers 1 has a mean squared error of 1/6.
    Source: Hochreiter and Schmidhuber, Long Short-Term Memory, Neural Computation 9, 1997.
    """
    count("adding_problem", "n", n)
    count("adding_problem", "length", length, least=2)
    generator("adding_problem", rng)
    numbers, marks = rng.uniform(size=(n, length)), np.zeros((n, length))
    half = length // 2
    marks[np.arange(n), rng.integers(0, half, n)] = 1
    marks[np.arange(n), rng.integers(half, length, n)] = 1
    return np.stack([numbers, marks], axis=2), (numbers * marks).sum(axis=1)


def sums(n=100, digits=2, *, rng):
    """Additions as text: "47+8" and "55". The carry runs from right to left, the text from left to right.

    n: how many; digits: of each number, at most; rng: np.random.Generator.
    Returns questions and answers, two lists of N strings (data.Vocabulary makes numbers of them).
    """
    count("sums", "n", n)
    count("sums", "digits", digits)
    generator("sums", rng)
    pairs = rng.integers(0, 10**digits, (n, 2)).tolist()
    return [f"{a}+{b}" for a, b in pairs], [str(a + b) for a, b in pairs]


def dates(n=100, *, rng):
    """Dates as people write them, "Wed, 3 March 2021" or "3.3.2021", and the same in ISO 8601, "2021-03-03".

    n: how many, from 1 January 1950 to 31 December 2049; rng: np.random.Generator.
    Returns free and iso, two lists of N strings. With points the day comes first, as in "3.4.2021" for 3 April.
    """
    count("dates", "n", n)
    generator("dates", rng)
    first = date(1950, 1, 1)
    days = rng.integers(0, (date(2050, 1, 1) - first).days, n).tolist()
    chosen = [first + timedelta(days=d) for d in days]
    styles = rng.integers(0, len(_STYLES), n)
    return [_STYLES[s](d) for s, d in zip(styles, chosen)], [d.isoformat() for d in chosen]


def _ordinal(day):
    ending = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def _month(d):
    return _MONTHS[d.month - 1]


def _weekday(d):
    return _DAYS[d.weekday()]


_STYLES = (
    lambda d: f"{d.day} {_month(d)} {d.year}",
    lambda d: f"{_month(d)} {d.day}, {d.year}",
    lambda d: f"{_weekday(d)}, {d.day} {_month(d)} {d.year}",
    lambda d: f"{_weekday(d)[:3]}, {d.day} {_month(d)[:3]} {d.year}",
    lambda d: f"{_ordinal(d.day)} of {_month(d)} {d.year}",
    lambda d: f"{_month(d)[:3].upper()} {d.day} {d.year}",
    lambda d: f"{d.day}.{d.month}.{d.year}",
    lambda d: f"{d.day:02}-{_month(d)[:3].lower()}-{d.year}",
    lambda d: f"{d.year} {_month(d).lower()} {d.day}",
)


def _symbols(op, n, length, symbols, shortest, rng):
    """Random symbols 1 ... `symbols`, (N, T), with 0 behind the random end of each row."""
    count(op, "n", n)
    count(op, "length", length)
    count(op, "symbols", symbols)
    shortest = length if shortest is None else shortest
    option(op, "shortest", shortest, (lambda v: v in range(1, length + 1), f"a whole number from 1 to length = {length}"))
    generator(op, rng)
    ends = rng.integers(shortest, length + 1, (n, 1))
    return np.where(np.arange(length) < ends, rng.integers(1, symbols + 1, (n, length)), 0)
