import inspect
import re
from pathlib import Path

import pytest

from dl_helpers import data

PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
FUNCTIONS = {name: f for name in data.__all__ if inspect.isfunction(f := getattr(data, name))}
HELPERS = {"adjacency", "smooth_curve", "data_directory", "read_idx", "read_cifar"}      # parts of sets that the page lists


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_says_what_it_takes_and_returns(name):
    f = FUNCTIONS[name]
    text, parameters = inspect.getdoc(f), inspect.signature(f).parameters
    assert text and ("(" in text or "string" in text or not parameters), f"{name} gives no shapes"
    if not re.search("Arguments.* as in", text):
        for parameter in parameters:
            assert re.search(rf"\b{parameter}\b", text), f"{name}: the docstring says nothing of {parameter}"
    if "rng" in parameters:
        assert parameters["rng"].kind is inspect.Parameter.KEYWORD_ONLY or parameters["rng"].default is None


def test_the_page_lists_every_data_set():
    listed = set(re.findall(r"`(\w+)[`(]", PAGE))
    assert FUNCTIONS.keys() - HELPERS <= listed, FUNCTIONS.keys() - HELPERS - listed
