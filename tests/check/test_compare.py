"""check.close: what is accepted, and what is said when it is not."""

import numpy as np
import pytest
import torch

from dl_helpers import check
from dl_helpers.check.compare import compare


def message(actual, expected, **more):
    with pytest.raises(check.CheckFailed) as failed:
        check.close(actual, expected, **more)
    return str(failed.value)


@pytest.mark.parametrize("actual, expected", [
    (1.0, 1.0), (1, 1.0), (np.float32(0.1), 0.1), (np.array(2.0), 2.0), (np.arange(3.0), np.arange(3.0)),
    (np.arange(3), np.arange(3.0)), (torch.arange(3.0), np.arange(3.0)),
    (torch.arange(3.0, requires_grad=True), np.arange(3.0)),
    ((1.0, np.ones(2)), (1.0, np.ones(2))), ([1.0, 2.0], (1.0, 2.0)), ({"a": np.ones(2), "b": 3}, {"b": 3, "a": np.ones(2)}),
    (np.array([np.nan, 1]), np.array([np.nan, 1])), (np.array([np.inf, -np.inf]), np.array([np.inf, -np.inf])),
    (np.zeros((0, 3)), np.zeros((0, 3))), (np.array([1e-17, 1.0]), np.array([0.0, 1.0])),
])
def test_equal_values_are_accepted(actual, expected):
    check.close(actual, expected)


def test_the_tolerance_follows_the_dtype():
    check.close(np.float32([1.00003, 2]), np.array([1.0, 2]))
    assert "largest deviation" in message(np.array([1.00003, 2]), np.array([1.0, 2]))
    check.close(np.array([1.00003, 2]), np.array([1.0, 2]), rtol=1e-4)


def test_a_deviation_is_shown_with_its_place():
    text = message(np.array([[1.0, 2], [3, 5]]), np.array([[1.0, 2], [3, 4]]), what="dx")
    assert "✗ dx is not as expected" in text
    assert "largest deviation 1 (25%) at dx[1, 1]: yours 5, expected 4" in text


def test_the_first_differing_entries_are_tabled():
    text = message(np.arange(9.0) + np.r_[np.zeros(2), np.ones(7)], np.arange(9.0))
    assert "[2]" in text and "[5]" in text and "[6]" not in text and "7 of 9" in text


@pytest.mark.parametrize("actual, words", [
    (np.ones((3, 1)), "shape is not: (3, 1) instead of (3,)"), (2.0, "single number; expected an array of shape (3,)"),
    (np.array([1.0, np.nan, 1]), "nan in 1 of 3 entries, the first at w[1]"),
    (np.array([np.inf, 1.0, np.nan]), "nan and inf in 2 of 3 entries"),
    ([1.0, 1, 1], "is a list with 3 entries; expected an array"), (None, "is None: is the return statement missing?"),
    ("one", "is the text 'one'"), (np.array([1j, 1, 1]), "complex numbers"), (np.array([None] * 3), "dtype object"),
    ((v for v in range(3)), "is a generator"), (len, "is the function len itself, not its result"), ({1: 2}, "is a dict"),
])
def test_wrong_kinds_are_named(actual, words):
    assert words in message(actual, np.ones(3), what="w")


def test_containers_say_which_part_is_wrong():
    assert "grads['w']" in message({"w": np.ones(2)}, {"w": np.zeros(2)}, what="grads")
    assert "out[1]" in message((1.0, 2.0), (1.0, 3.0), what="out")
    assert "lacks 'b'" in message({"w": 1}, {"w": 1, "b": 2})
    assert "should not have 'c'" in message({"w": 1, "c": 2}, {"w": 1})
    assert "2 values; expected 3" in message((1, 2), (1, 2, 3))


def test_float32_must_stay_float32_where_it_is_asked_for():
    difference = compare(np.ones(2), np.ones(2, np.float32))
    assert difference.kind == "dtype" and "stay float32" in difference.sentence
    assert compare(np.ones(2), np.ones(2, np.float32), dtype=False) is None


def test_lists_cannot_pass_as_arrays_by_comparing_equal_to_everything():
    class Agreeable(np.ndarray):
        def __eq__(self, other):
            return True

        def __array_function__(self, *arguments):
            return True

    assert "largest deviation" in message(np.zeros(2).view(Agreeable), np.ones(2))


def test_shape_raises_and_trained():
    check.shape(np.ones((4, 3)), ("N", 3))
    check.shape(np.ones((4, 4)), ("N", "N"))
    with pytest.raises(check.CheckFailed, match=r"has shape \(4, 3\); expected \(N, N\)"):
        check.shape(np.ones((4, 3)), ("N", "N"))
    check.raises(ValueError, int, "x")
    with pytest.raises(check.CheckFailed, match="must refuse these arguments with ValueError"):
        check.raises(ValueError, int, "3")
    with pytest.raises(check.CheckFailed, match="raises TypeError; expected ValueError"):
        check.raises(ValueError, int, None)
    check.trained(0.9, at_least=0.8, what="the accuracy")
    with pytest.raises(check.CheckFailed, match=r"the error is 0.3; at most 0.2"):
        check.trained(0.3, at_most=0.2)
    with pytest.raises(check.CheckFailed, match="diverged"):
        check.trained(np.nan, at_most=0.2)


def test_a_failed_check_is_an_assertion_error_with_a_short_traceback():
    with pytest.raises(AssertionError) as failed:
        check.close(1, 2)
    assert failed.value._render_traceback_() == str(failed.value).splitlines()


def test_the_html_escapes_what_a_student_returned():
    with pytest.raises(check.CheckFailed) as failed:
        check.close("<script>", 2.0)
    html = failed.value.message.html()
    assert "<script>" not in html and "&lt;script&gt;" in html
    assert set(failed.value.message._repr_mimebundle_()) == {"text/plain", "text/html"}


def test_an_infinite_tolerance_asks_for_the_form_only():
    assert compare(np.array([1.0, -2.0, 3.0]), np.zeros(3), rtol=np.inf) is None
    assert compare(np.array([1.0, 5.0]), np.array([0.0, 4.0]), rtol=np.inf) is None
    assert compare(np.array([1.0, np.nan]), np.zeros(2), rtol=np.inf).kind == "nan"
    assert compare(np.ones(2), np.zeros(3), rtol=np.inf).kind == "shape"
