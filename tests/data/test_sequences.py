import collections

import numpy as np
import pytest
from dateutil import parser

from dl_helpers import data

TASKS = {
    data.copying: lambda row: row,
    data.reversing: lambda row: row[::-1],
    data.sorting: sorted,
}


@pytest.mark.parametrize("task", TASKS, ids=lambda t: t.__name__)
def test_targets_are_what_python_makes_of_the_sources(task, rng):
    source, target = task(300, length=7, symbols=5, shortest=2, rng=rng)
    assert source.shape == target.shape == (300, 7) and source.dtype == target.dtype == np.int64
    lengths = (source != data.PAD).sum(axis=1)
    assert set(lengths) == set(range(2, 8)) and set(source.ravel()) == set(range(6))
    for s, t, n in zip(source.tolist(), target.tolist(), lengths):
        assert 0 not in s[:n]
        assert t == list(TASKS[task](s[:n])) + [0] * (7 - n)
    assert (task(20, length=4, rng=rng)[0] > 0).all()            # no padding unless it is asked for


def test_adding_problem_asks_for_two_marked_numbers(rng):
    x, y = data.adding_problem(4000, length=11, rng=rng)
    assert x.shape == (4000, 11, 2)
    np.testing.assert_array_equal(x[:, :5, 1].sum(axis=1), 1)
    np.testing.assert_array_equal(x[:, 5:, 1].sum(axis=1), 1)
    np.testing.assert_allclose([row[row[:, 1] == 1, 0].sum() for row in x], y)
    assert np.mean((y - 1) ** 2) == pytest.approx(1 / 6, rel=0.1)       # the error of the constant answer


def test_sums_are_right(rng):
    questions, answers = data.sums(200, digits=3, rng=rng)
    for q, a in zip(questions, answers):
        left, right = map(int, q.split("+"))
        assert left + right == int(a)
    assert max(map(len, questions)) == 7


def test_dates_mean_the_same_to_an_independent_parser(rng):
    free, iso = data.dates(2000, rng=rng)
    for written, expected in zip(free, iso):
        assert parser.parse(written, dayfirst=True).date().isoformat() == expected, written
    assert min(iso) >= "1950-01-01" and max(iso) <= "2049-12-31"


def test_a_vocabulary_brings_every_date_back(rng):
    free, _ = data.dates(300, rng=rng)
    vocabulary = data.Vocabulary(free)
    numbers = vocabulary.encode_all(free)
    assert (numbers[:, 0] == data.START).all() and ((numbers == data.END).sum(axis=1) == 1).all()
    assert numbers.max() == len(vocabulary) - 1 and numbers.dtype == np.int64
    assert [vocabulary.decode(row) for row in numbers] == free
    np.testing.assert_array_equal(data.Vocabulary("cab").encode("abc"), [3, 4, 5])


def test_wrong_arguments_are_named(rng):
    with pytest.raises(ValueError, match=r"Vocabulary\.encode: 'z' is not among the known characters 'abc'"):
        data.Vocabulary("abc").encode("abz")
    with pytest.raises(ValueError, match="sorting: shortest is 9; expected a whole number from 1 to length = 4"):
        data.sorting(length=4, shortest=9, rng=rng)
    with pytest.raises(ValueError, match="adding_problem: length is 1; expected a whole number ≥ 2"):
        data.adding_problem(length=1, rng=rng)
    with pytest.raises(TypeError, match="dates: rng is 1; expected a generator"):
        data.dates(rng=1)


def test_harbour_tales_have_the_length_close_their_quotes_and_agree_in_number(rng):
    text = data.harbour_tales(30_000, rng=rng)
    assert len(text) == 30_000
    assert "{" not in text and "  " not in text
    for paragraph in text.split("\n\n")[:-1]:
        assert paragraph.count('"') % 2 == 0 and paragraph[0] in '"' + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        assert paragraph[-1] in '."'
        for before, after in zip(paragraph, paragraph[2:]):
            assert not (before == "." and after.islower()), paragraph
    words = collections.Counter(text.replace(".", " ").replace(",", " ").split())
    assert words["sleeps"] > 20 and words["sleep"] > 20
    for singular, plural in [("boat", "boats"), ("gull", "gulls")]:
        assert f"{singular} sleep " not in text and f"{plural} sleeps" not in text


def test_harbour_tales_are_the_same_for_the_same_seed():
    one, two, other = (data.harbour_tales(500, rng=np.random.default_rng(s)) for s in (1, 1, 2))
    assert one == two != other
