"""The API page says what the registry says, and nothing old."""

import re
from pathlib import Path

import torch
import torch.nn.functional as F

from dl_helpers.registry import REGISTRY
from dl_helpers.registry.op import Op
from dl_helpers.registry.page import page, torch_equivalent

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def test_the_page_is_in_step_with_the_registry():
    assert PAGE.read_text(encoding="utf-8") == page(), "out of date; write it anew: python -m dl_helpers.registry.page"


def test_every_operation_has_its_signature_formula_and_reference():
    sections = {part.split("\n", 1)[0]: part for part in page().split("\n### ")[1:]}
    assert sections.keys() == {op.name for op in REGISTRY}
    for name, text in sections.items():
        assert f"{name}_forward(" in text and f"{name}_backward(dout, cache)" in text
        assert "- Backward: " in text and "- Tested: " in text
        known = {torch_equivalent(op.torch) for op in REGISTRY if op.name == name} - {""}
        assert set(re.findall(r"^- In torch: `(.*)`$", text, re.M)) == known
    assert "loss = 1/n Σ (pred - target)²" in sections["mse_loss"]


def test_links_lead_to_headings():
    text = page()
    headings = {h.lower().replace(".", "").replace(" ", "-") for h in re.findall(r"^#+ (.*)$", text, re.M)}
    assert set(re.findall(r"\]\(#(.*?)\)", text)) <= headings


def test_variants_stand_under_one_heading():
    one = Op("affine", lambda rng: {}, torch=lambda x, w, b: x @ w + b)
    two = Op("affine", lambda rng: {}, variant="wide_and_low", options={"k": 2}, torch=lambda x, w, b: F.linear(x, w.T, b))
    text = page([one, two])
    assert text.count("### affine") == 1
    assert "- In torch: `x @ w + b`\n- In torch: `F.linear(x, w.T, b)`\n" in text
    assert r"- Tested: as it is; wide\_and\_low with `k=2`" in text


def test_torch_expressions_are_told_apart_on_one_line():
    pair = [lambda a: a + 1, lambda a: F.relu(a) - 1]
    assert [torch_equivalent(f) for f in pair] == ["a + 1", "F.relu(a) - 1"]
    assert torch_equivalent(torch.nn.functional.gelu).endswith("gelu")
    assert torch_equivalent(F.cross_entropy) == "torch.nn.functional.cross_entropy"


def reference(x):
    y = F.softmax(x, dim=1)
    return torch.stack([y, F.relu(x)]).sum()


def test_a_longer_reference_names_the_torch_functions_that_it_calls():
    assert torch_equivalent(reference) == "F.relu, F.softmax, torch.stack"
