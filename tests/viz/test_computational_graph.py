"""The drawing of a computational graph shows its nodes, its values, and only what has happened so far."""

import dl_helpers.autodiff as ad
from dl_helpers.autodiff import Graph, Variable
from dl_helpers.viz.computational_graph import draw_graph, graph_picture, label
from dl_helpers.viz.style import blank


def example():
    x1, x2 = Variable(2.0, name="x1"), Variable(3.0, name="x2")
    return Graph(x1 * x2 + ad.sin(2 * x1))


def texts(graph, events=None):
    ax = blank().subplots()
    draw_graph(ax, graph, events)
    return [text.get_text() for text in ax.texts if text.get_text()]


def test_every_node_has_its_label_and_its_value():
    graph = example()
    shown = texts(graph)
    for node in graph.nodes:
        assert label(node) in shown
        assert f"{node.value.item():.4g}" in shown
    assert "2 ×" in shown


def test_only_what_has_happened_is_shown():
    graph = example()
    events = list(graph.steps())
    assert texts(graph, events[:1]).count("2") == 1
    first_value, everything = len(texts(graph, events[:1])), len(texts(graph, events))
    assert first_value == len(graph.nodes) + 1
    assert everything == 3 * len(graph.nodes)                     # label, value and gradient of each


def test_the_picture_says_in_words_what_it_shows():
    picture = graph_picture(example(), caption="a graph")
    assert "sin" in picture.alt and picture._repr_mimebundle_()[0]["image/png"]
