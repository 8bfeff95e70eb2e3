"""The judgement of a task: what odd or hostile values and behaviours are told, and that none of them breaks the checker."""

import json
import sys

import numpy as np
import pytest
import torch

from dl_helpers import check
from dl_helpers.check.judge import judge
from dl_helpers.check.sheets import Case, sheet_from_json, sheet_of, sheet_to_json, visible_cases

SOURCE = '''
def scale(x, factor):
    y = factor * x
    return y

def scale_backward(dout, cache):
    dx = dout * cache
    return dx
'''
WRONG = [check.Wrong("y = x + factor", "factor is added; it multiplies."),
         check.Wrong("y = -factor * x", "There is a sign too many.")]


def sheet(task=None, source=SOURCE, name="scale"):
    task = task or check.Task(points=2, inputs=lambda rng: dict(x=rng.normal(size=(3, 2)), factor=float(rng.uniform(2, 3))),
                              returns=("y",), misconceptions=WRONG)
    made = sheet_of(name, task, source, {"np": np}, visible_cases(name, task))
    return sheet_from_json(name, json.loads(json.dumps(sheet_to_json(made))))


def said(*subjects, on=None):
    with pytest.raises(check.CheckFailed) as failed:
        judge(on or sheet(), subjects)
    return str(failed.value)


def right(x, factor):
    return factor * x


def test_right_functions_pass():
    judge(sheet(), [right])
    judge(sheet(), [lambda a, b: np.multiply(a, b)])


def test_torch_tensors_pass_for_arrays():
    judge(sheet(), [lambda x, factor: torch.tensor(x) * factor])
    judge(sheet(), [lambda x, factor: torch.tensor(x, requires_grad=True) * factor])


class Sulky:
    """Raises at whatever is done with it."""

    def __array__(self, *arguments, **options):
        raise RuntimeError("no")

    __repr__ = __len__ = __iter__ = __eq__ = __float__ = __deepcopy__ = __array__
    __hash__ = None


class Surprise(Exception):
    def __str__(self):
        raise RuntimeError("no message either")


def endless(x, factor):
    return endless(x, factor)


def surprising(x, factor):
    raise Surprise


def leaving(x, factor):
    sys.exit(0)


@pytest.mark.parametrize("function, words", [
    (lambda x, factor: None, "y is None: is the return statement missing?"),
    (lambda x, factor: [[1.0, 2]], "y is a list with 1 entries; expected an array"),
    (lambda x, factor: (v for v in x), "y is a generator"),
    (lambda x, factor: "y", "y is the text 'y'"),
    (lambda x, factor: right, "the function right itself, not its result"),
    (lambda x, factor: Sulky(), "y is a Sulky"),
    (lambda x, factor: np.full((3, 2), np.nan), "y holds nan in 6 of 6 entries"),
    (lambda x, factor: np.array([[None] * 2] * 3), "y has dtype object"),
    (lambda x, factor: np.broadcast_to(0.0, (10 ** 6, 10 ** 6)), "has shape (1000000, 1000000); expected (3, 2)"),
    (lambda x, factor: np.ma.array(factor * x), "masked array"),
    (lambda x: x, "It raised TypeError"), (endless, "RecursionError"), (leaving, "calls exit()"),
    (surprising, "It raised Surprise"),
    (lambda x, factor: x[9], "index 9 is out of bounds"), (3, "is a number, not a function"), (None, "is None, not a function"),
    (lambda x, factor: (factor * x).astype(np.float64), "must stay float32"),
    (lambda x, factor: np.trunc(factor * x), "whole numbers"),
    (lambda x, factor: x + factor, "factor is added; it multiplies."),
    (lambda x, factor: x * factor * (np.random.default_rng().random() + 1), "Called twice with the same inputs"),
    (lambda x, factor: x.__imul__(factor), "It changes its input x"),
])
def test_odd_values_get_a_clear_message(function, words):
    assert words in said(function)


def test_not_written_yet():
    def scale(x, factor):
        raise NotImplementedError()

    assert said(scale) == "✗ scale: not written yet: put your code in place of `raise NotImplementedError()`"


def test_the_line_of_an_error_is_shown():
    def scale(x, factor):
        return x @ np.ones(17)

    assert "in the line   return x @ np.ones(17)" in said(scale)


# Two functions


def pair_sheet(**more):
    source = '''
def forward(x, w):
    out = x * w
    return out, (x, w)

def backward(dout, cache):
    x, w = cache
    dx = dout * w
    dw = dout * x
    return dx, dw
'''
    task = check.Task(points=1, functions=("forward", "backward"), returns=("out", "dx", "dw"),
                      inputs=lambda rng: dict(zip(("x", "w", "dout"), rng.normal(size=(3, 2, 2)))),
                      calls="out, cache = forward(x, w)\ndx, dw = backward(dout, cache)",
                      misconceptions=[check.Wrong("dw = dout * w", "dw has the wrong factor.")], **more)
    return sheet(task, source, "pair")


def forward(x, w):
    return x * w, (x, w)


def backward(dout, cache):
    return dout * cache[1], dout * cache[0]


def test_each_part_has_its_mark():
    judge(pair_sheet(), [forward, backward])
    text = said(forward, lambda d, c: (d * c[1], d * c[1]), on=pair_sheet())
    assert "✗ pair: out ✓   dx ✓   dw ✗" in text and "dw has the wrong factor." in text


def test_a_wrong_forward_pass_is_to_be_mended_first():
    text = said(lambda x, w: (x + w, (x + 1, w + 1)), backward, on=pair_sheet())
    assert "✗ pair: out ✗   dx ✗   dw ✗" in text and "dx and dw are wrong too. Mend out first" in text


def test_a_missing_backward_pass_leaves_the_forward_pass_its_mark():
    def backward(dout, cache):
        raise NotImplementedError

    text = said(forward, backward, on=pair_sheet())
    assert "out ✓   dx –   dw –" in text and "backward is not written yet" in text


def test_a_wrong_number_of_results():
    assert "backward returned a tuple of 3; expected 2 values: return dx, dw" in said(forward, lambda d, c: (1, 2, 3),
                                                                                      on=pair_sheet())
    assert "forward returned None; expected 2 values" in said(lambda x, w: None, backward, on=pair_sheet())


def test_a_cache_in_a_global_variable_is_found():
    kept = {}

    def forward(x, w):
        kept["cache"] = x, w
        return x * w, None

    assert "kept between calls" in said(forward, lambda d, c: (d * kept["cache"][1], d * kept["cache"][0]), on=pair_sheet())


# Other kinds of tasks


def test_classes_and_functions_as_inputs():
    source = '''
class Mover:
    def __init__(self, start, lr):
        self.x, self.lr = start, lr
    def step(self, slope):
        self.x = self.x - self.lr * slope(self.x)
        return self.x
'''
    task = check.Task(
        points=1, functions=("Mover",), returns=("first", "last"),
        inputs=lambda rng: dict(start=rng.normal(size=3), lr=0.1, slope=check.Formula("2 * a * x", "x", a=rng.normal(size=3))),
        calls="mover = Mover(start, lr)\nfirst = mover.step(slope)\nmover.step(slope)\nlast = mover.x",
        misconceptions=[check.Wrong("self.x = self.x + self.lr * slope(self.x)", "It climbs.")])
    on = sheet(task, source, "mover")
    names = {}
    exec(source, names)
    judge(on, [names["Mover"]])
    exec(source.replace("self.x - self", "self.x + self"), names)
    assert "It climbs." in said(names["Mover"], on=on)


def test_results_with_a_score():
    source = "def guess(x):\n    return x"
    task = check.Task(points=1, returns=("out",), inputs=lambda rng: dict(x=np.ones(5), y=np.ones(5) * 1.1),
                      calls="out = guess(x)",
                      scores={"out": check.Score("rmse", "y", 0.2)}, float32=False)
    judge(sheet(task, source, "guess"), [lambda x: x * 1.2])
    assert "root mean squared error of out against y is 0.9" in said(lambda x: x * 2, on=sheet(task, source, "guess"))


def test_a_score_may_have_a_target_of_0():
    source = "def guess(x):\n    return x"
    task = check.Task(points=1, returns=("out",), inputs=lambda rng: dict(x=np.arange(5), y=np.arange(5)),
                      calls="out = guess(x)",
                      scores={"out": check.Score("error rate", "y", 0.2)}, float32=False)
    judge(sheet(task, source, "guess"), [lambda x: np.array([3, 1, 2, 3, 4])])
    assert "40.0% of out differ from y" in said(lambda x: np.array([3, 0, 2, 3, 4]), on=sheet(task, source, "guess"))


def test_an_expected_refusal():
    source = "def root(x):\n    if x < 0:\n        raise ValueError('negative')\n    return x ** 0.5"
    task = check.Task(points=1, inputs=lambda rng: dict(x=2.0), visible=[dict(x=4.0), dict(x=-1.0)], float32=False,
                      misconceptions=[check.Wrong("def root(x):\n    return abs(x) ** 0.5", "A negative number has no root.")])
    on = sheet(task, source, "root")

    def refusing(x):
        if x < 0:
            raise ValueError("no")
        return x ** 0.5

    judge(on, [refusing])
    assert "These inputs must be refused" in said(lambda x: abs(x) ** 0.5, on=on)
    assert "A negative number has no root." in said(lambda x: abs(x) ** 0.5, on=on)


def test_json_keeps_dtype_shape_and_special_values():
    from dl_helpers.check.plain import decode, encode

    for value in (np.float32([1, np.nan, -np.inf]), np.zeros((0, 3)), np.arange(6).reshape(2, 3), 1.5, float("inf"), True,
                  None, "t",
                  [1, (2.0, np.ones(2))], {"a": np.bool_(True)}, np.float32(2)):
        back = decode(json.loads(json.dumps(encode(value))))
        assert repr(back) == repr(value)
    f = decode(json.loads(json.dumps(encode(check.Formula("a * x", "x", a=np.ones(2))))))
    assert (f(3) == 3).all()
    assert isinstance(sheet().cases[0], Case)


def test_results_may_be_dicts_and_lists():
    source = "def grads(x):\n    return {'w': 2 * x, 'b': x.sum()}, [x, x + 1]"
    task = check.Task(points=1, inputs=lambda rng: dict(x=rng.normal(size=3)), functions=("grads",), returns=("g", "path"),
                      calls="g, path = grads(x)",
                      misconceptions=[check.Wrong("'w': 2 * x -> 'w': x", "The 2 is missing.")])
    on = sheet(task, source, "grads")
    judge(on, [lambda x: ({"b": x.sum(), "w": x + x}, (x, x + 1))])
    text = said(lambda x: ({"w": x, "b": x.sum()}, [x, x + 1]), on=on)
    assert "g ✗   path ✓" in text and "The 2 is missing." in text
    assert "g['w'] has the right shape (3,), but every entry is 1/2" in text
    assert "g lacks 'b'." in said(lambda x: ({"w": 2 * x}, [x, x + 1]), on=on)
    assert "path is 1 values; expected 2 values." in said(lambda x: ({"w": 2 * x, "b": x.sum()}, [x]), on=on)


def test_tensors_as_inputs():
    source = "import torch\ndef double(x):\n    return 2 * x"
    task = check.Task(points=1, inputs=lambda rng: dict(x=torch.tensor(rng.normal(size=3), dtype=torch.float32)),
                      functions=("double",),
                      misconceptions=[check.Wrong("return x", "The 2 is missing.")])
    on = sheet(task, source, "double")
    assert isinstance(on.cases[0].inputs["x"], torch.Tensor)
    judge(on, [lambda x: x.add(x)])
    assert "The 2 is missing." in said(lambda x: x.clone(), on=on)
    assert "It changes its input x" in said(lambda x: x.mul_(2), on=on)
    assert "stay float32" in said(lambda x: 2 * x.double(), on=on)


def test_programs_can_read_the_diagnosis():
    with pytest.raises(check.CheckFailed) as failed:
        judge(sheet(), [lambda x, factor: x + factor])
    bundle = failed.value.message._repr_mimebundle_()
    assert bundle["application/vnd.dl-course.check+json"] == {
        "task": "scale", "passed": False, "misconceptions": ["factor is added; it multiplies."]}


class Remote:
    """A function in another process: only calls go there, and what is no plain data comes back as a handle."""

    def __init__(self, function, handles):
        self.function, self.handles = function, handles

    def __call__(self, *arguments):
        results = self.function(*(self.handles.get(id(a), a) for a in arguments))
        if isinstance(results, tuple) and isinstance(results[1], tuple):
            handle = object()
            self.handles[id(handle)] = results[1]
            return results[0], handle
        return results


def test_functions_may_live_elsewhere():
    handles = {}
    judge(pair_sheet(), [Remote(forward, handles), Remote(backward, handles)])
    assert "dw has the wrong factor." in said(Remote(forward, handles), Remote(lambda d, c: (d * c[1], d * c[1]), handles),
                                              on=pair_sheet())


def test_what_rounding_decides_is_no_fingerprint():
    source = "def best(x):\n    errors = x ** 2\n    return errors, float(errors.argmin())"
    task = check.Task(points=1, inputs=lambda rng: dict(x=rng.normal(size=5)), functions=("best",), returns=("errors", "best"),
                      calls="errors, best = best(x)", float32=False,
                      misconceptions=[check.Wrong("errors = np.abs(x / 3 * 3 - x * (1 / 3) * 3)",
                                                  "All errors are the same here.")])
    made = sheet_of("best", task, source, {"np": np}, visible_cases("best", task), shaken=6)
    assert made.sentences and any(wrong.get("best", "") is None for case in made.cases for wrong in case.wrong)
    ties = check.Task(points=1, inputs=lambda rng: dict(x=np.array([1.5, 2.5, -1]), y=np.array([1.5, 1.2, -1])),
                      returns=("out",),
                      float32=False, misconceptions=[check.Wrong("return (x >= y) * 1.0", "Ties count.")])
    made = sheet_of("above", ties, "def above(x, y):\n    return (x > y) * 1.0", {}, visible_cases("above", ties), shaken=6)
    assert made.sentences and all(case.wrong[0]["out"] is not None for case in made.cases)
