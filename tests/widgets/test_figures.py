"""The Python side of the interactive figures: what they compute, what they say to bad values, what they leave on paper."""

import base64
import inspect
import io

import numpy as np
import pytest
from PIL import Image

from dl_helpers.numpy.linear_regression import least_absolute_line, least_squares, polynomial_features
from dl_helpers.numpy.nearest_neighbors import k_nearest_neighbors, nearest, pairwise_distances
from dl_helpers.widgets import (
    CapacityExplorer,
    DecisionRegions,
    Descent1D,
    DescentBowl,
    FitByHand,
    LikelihoodSurface,
    NumericalSlope,
    PriorAndLikelihood,
)

X = np.linspace(0, 10, 12)
Y = 3 + 0.5 * X + np.sin(5 * X)
PLANE = np.stack([X, Y], axis=1)
CLASSES = np.arange(12) % 3 // 2


def figures():
    return [
        FitByHand(X, Y), DescentBowl(X, Y), Descent1D(),
        CapacityExplorer(X[::2] / 10, Y[::2], X[1::2] / 10, Y[1::2], max_degree=5), DecisionRegions(PLANE, CLASSES, k=3),
        NumericalSlope(),
        LikelihoodSurface(Y), PriorAndLikelihood(X, Y, sigma=0.8, seen=4),
    ]


every_figure = pytest.mark.parametrize("figure", figures(), ids=lambda f: type(f).__name__)


@every_figure
def test_a_figure_on_paper(figure):
    paper = figure.to_figure()
    assert len(paper.axes) == 2
    for ax in paper.axes:
        assert ax.get_title(loc="left") and ax.get_xlabel() and ax.get_ylabel()


@every_figure
def test_a_picture_stands_in_for_a_dead_kernel(figure):
    data, metadata = figure._repr_mimebundle_()
    image = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert image.width > 600 and image.convert("L").entropy() > 0.5
    assert metadata["image/png"]["alt"] == data["text/plain"] == figure.describe()
    assert "application/vnd.jupyter.widget-view+json" in data


@every_figure
def test_arrays_travel_as_float32(figure):
    packed = figure.get_state()["scene"]

    def arrays(value):
        if isinstance(value, dict):
            if set(value) == {"shape", "data"}:
                yield value
            else:
                for item in value.values():
                    yield from arrays(item)

    found = list(arrays(packed))
    assert found
    for array in found:
        assert len(bytes(array["data"])) == 4 * int(np.prod(array["shape"]))


@every_figure
def test_the_docstring_says_what_to_try(figure):
    assert "Try:" in inspect.getdoc(type(figure))


def test_the_line_by_hand_and_the_two_best_ones():
    figure = FitByHand(X, Y)
    figure.least_squares()
    assert np.allclose([figure.intercept, figure.slope], least_squares(polynomial_features(X, 1), Y))
    assert np.isclose(figure.scene["mse"], ((figure.intercept + figure.slope * X - Y) ** 2).mean())
    figure.least_absolute()
    assert np.allclose([figure.intercept, figure.slope], least_absolute_line(X, Y))
    figure.add_outlier()
    assert len(figure.points) == len(X) + 1
    figure.reset()
    assert len(figure.points) == len(X) and figure.slope == 0


def test_moving_a_point_moves_the_best_line():
    figure = FitByHand(X, Y)
    before = figure.scene["l2"]
    figure.points = [*figure.points[:-1], [10.0, 40.0]]
    assert not np.allclose(figure.scene["l2"], before)


def test_the_border_of_convergence():
    figure = DescentBowl(X, Y)
    design = polynomial_features(X, 1)
    assert np.isclose(figure.scene["border"], 2 / np.linalg.eigvalsh(2 / len(X) * design.T @ design)[-1])
    figure.lr, figure.steps = 0.9 * figure.scene["border"], 300
    assert "message" not in figure.scene
    figure.lr = 1.3 * figure.scene["border"]
    assert figure.scene["message"].startswith("Diverged")


def test_standardising_keeps_the_line_and_rounds_the_bowl():
    figure = DescentBowl(X, Y, start=[1.0, 2.0])
    figure.standardize = True
    intercept, slope = figure.start
    assert np.allclose(intercept + slope * (X - X.mean()) / X.std(), 1 + 2 * X)
    assert np.isclose(figure.scene["border"], 1)
    figure.standardize = False
    assert np.allclose(figure.start, [1, 2])


def test_one_dimension():
    figure = Descent1D(lr=1.0, start=5.0, steps=4)
    assert np.allclose(figure.scene["path"], [5, -5, 5, -5, 5])
    figure.lr, figure.steps = 1.05, 1000
    assert figure.scene["message"].startswith("Diverged")


def test_capacity_against_a_polynomial_fit_by_numpy():
    x, y, xt, yt = X[::2] / 10, Y[::2], X[1::2] / 10, Y[1::2]
    figure = CapacityExplorer(x, y, xt, yt, max_degree=4)
    for degree in range(5):
        coefficients = np.polynomial.polynomial.polyfit(x, y, degree)
        expected = ((np.polynomial.polynomial.polyval(xt, coefficients) - yt) ** 2).mean()
        assert np.isclose(figure.scene["test_errors"][degree], expected)


def test_secants_become_the_tangent_and_then_lose_their_digits():
    figure = NumericalSlope(x=0.5, h=1.0)
    assert np.isclose(figure.scene["slope"], np.cos(0.5))
    assert np.isclose(figure.scene["forward"], np.sin(1.5) - np.sin(0.5))
    assert np.isclose(figure.scene["central"], (np.sin(1.5) - np.sin(-0.5)) / 2)
    figure.h = 1e-5
    assert figure.scene["error"]["central"] < 1e-9 < figure.scene["error"]["forward"] < 1e-5
    figure.h = 1e-15
    assert min(figure.scene["error"][name] for name in ("forward", "central")) > 1e-4
    assert figure.scene["error"]["complex step"] < 1e-15


@pytest.mark.parametrize("curve, truncation, rounding", [("fast sine", 64, 1), ("lifted sine", 1, 1000)])
def test_which_branch_of_the_error_moves(curve, truncation, rounding):
    plain, other = NumericalSlope(x=0.1), NumericalSlope(x=0.1, curve=curve)
    steps = plain.scene["steps"]
    for branch, expected in (((steps > 1e-3) & (steps < 1e-2), truncation), ((steps > 1e-13) & (steps < 1e-9), rounding)):
        medians = [np.median(figure.scene["errors"]["central"][branch]) for figure in (plain, other)]
        assert expected / 5 < medians[1] / medians[0] < expected * 5


@pytest.mark.parametrize("metric", ["l1", "l2"])
def test_regions_and_errors_are_those_of_the_classifier(metric):
    figure = DecisionRegions(PLANE, CLASSES, k=3, metric=metric)
    scene = figure.scene
    low, high = (np.array([scene["xlim"][i], scene["ylim"][i]]) for i in (0, 1))
    values = np.stack([grid["values"] for grid in scene["regions"]])                # (classes, rows over x₂, columns over x₁)
    assert (values.sum(axis=0) == 1).all()
    for row, column in [(0, 0), (7, 60), (80, 3), (41, 40)]:
        place = low + (high - low) * np.array([column, row]) / 80
        expected = k_nearest_neighbors(pairwise_distances(place[None], PLANE, metric), CLASSES, 3)
        assert values[:, row, column].argmax() == expected
    dist = pairwise_distances(PLANE, PLANE, metric)
    np.fill_diagonal(dist, 0)
    for k in (1, 2, 5, 11):
        assert np.isclose(scene["training_errors"][k - 1], (k_nearest_neighbors(dist, CLASSES, k) != CLASSES).mean())
        left_out = [k_nearest_neighbors(np.delete(dist[i:i + 1], i, axis=1), np.delete(CLASSES, i), k)[0] for i in range(12)]
        assert np.isclose(scene["left_out_errors"][k - 1], (left_out != CLASSES).mean())
    assert scene["training_errors"][0] == 0
    assert (scene["neighbors"] == nearest(pairwise_distances(np.array([figure.new]), PLANE, metric), 3)[0]).all()


def test_a_wrong_label_and_a_point_that_moves():
    figure = DecisionRegions(PLANE, CLASSES, new=PLANE[4].tolist())
    assert figure.scene["winner"] == CLASSES[4]
    figure.relabel()
    assert figure.labels[4] != CLASSES[4] and figure.scene["winner"] != CLASSES[4]
    figure.points = [*figure.points[:4], [9.0, 0.0], *figure.points[5:]]
    assert figure.scene["neighbors"][0] != 4
    figure.reset()
    assert figure.labels == CLASSES.tolist() and np.allclose(figure.points, PLANE)


def test_a_tie_of_votes_is_said():
    figure = DecisionRegions(np.array([[0.0, 0], [1, 0], [9, 9]]), np.array([1, 0, 0]), new=[0.4, 0.0], k=2)
    assert figure.scene["winner"] == 0 and "a tie" in figure.scene["status"]
def test_the_most_likely_gaussian():
    figure = LikelihoodSurface(Y)
    assert figure.scene["value"] < figure.scene["top"]
    figure.most_likely()
    assert np.allclose([figure.mu, figure.sigma], [Y.mean(), Y.std()])
    assert np.isclose(figure.scene["value"], figure.scene["top"])
    assert figure.scene["surface"]["values"].max() <= 1e-12


def test_points_narrow_the_posterior_and_the_prior_decides_who_wins():
    x = X - X.mean()
    figure = PriorAndLikelihood(x, Y, sigma=0.8, seen=0)
    assert np.allclose(figure.scene["map"], 0) and "mle" not in figure.scene
    widths = []
    for _ in x:
        figure.next_point()
        widths.append(np.nanmax(figure.scene["posterior"], axis=0) - np.nanmin(figure.scene["posterior"], axis=0))
    assert (np.diff(widths, axis=0) < 0).all()
    best = least_squares(polynomial_features(x, 1), Y)
    assert np.allclose(figure.scene["mle"], best)
    figure.tau = 1e4
    assert np.allclose(figure.scene["map"], best, atol=1e-6)
    figure.tau = 1e-4
    assert np.allclose(figure.scene["map"], 0, atol=1e-4)
    figure.next_point()
    assert figure.seen == 0


@pytest.mark.parametrize("figure, name, value, message", [
    (DecisionRegions(PLANE, CLASSES), "k", 0, "k is 0; expected 1 to 11"),
    (DecisionRegions(PLANE, CLASSES), "new", [0.0, float("nan")], "a point is not a number"),
    (DescentBowl(X, Y), "lr", -1.0, "lr is -1.0; expected a positive number"),
    (DescentBowl(X, Y), "lr", float("nan"), "lr is nan; expected a positive number"),
    (DescentBowl(X, Y), "steps", 0, "steps is 0; expected 1 to 5000"),
    (Descent1D(), "start", float("inf"), "start is inf; expected a number"),
    (FitByHand(X, Y), "points", [[0.0, float("nan")], [1.0, 2.0]], "a point is not a number"),
    (CapacityExplorer(X, Y, X, Y), "degree", 99, "degree is 99; expected 0 to 12"),
    (NumericalSlope(), "h", 0.0, "h is 0.0; expected a positive number up to 1"),
    (NumericalSlope(), "x", float("nan"), "x is nan; expected a number from -2 to 2"),
    (LikelihoodSurface(Y), "sigma", 0.0, "expected numbers, and sigma above 0"),
    (PriorAndLikelihood(X, Y, sigma=1.0), "seen", 99, "seen is 99; expected 0 to 12"),
    (PriorAndLikelihood(X, Y, sigma=1.0), "tau", -1.0, "tau is -1.0; expected a positive number"),
])
def test_bad_values_are_said_in_the_figure(figure, name, value, message):
    good = getattr(figure, name)
    setattr(figure, name, value)
    assert message in figure.scene["message"]
    figure.to_figure()
    setattr(figure, name, good)
    assert "empty" not in figure.scene


def test_data_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"FitByHand: y has N = 11, but x has N = 12"):
        FitByHand(X, Y[1:])
    with pytest.raises(ValueError, match=r"DecisionRegions: labels run from 0 to 3; expected 0, 1 or 2"):
        DecisionRegions(PLANE, np.arange(12) % 4)
    with pytest.raises(ValueError, match=r"DecisionRegions: there are 2 points; expected 3 to 80"):
        DecisionRegions(PLANE[:2], CLASSES[:2])
    with pytest.raises(ValueError, match=r"expected 2 to 60"):
        FitByHand(np.arange(100.0), np.arange(100.0))
