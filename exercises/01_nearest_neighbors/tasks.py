"""The tasks of exercise 01. The right solutions stand in the notebook; here is all that tells them from wrong ones."""

import numpy as np

from dl_helpers.check import Quiz, Score, Task, Wrong
from dl_helpers.data import digits
from dl_helpers.numpy.nearest_neighbors import k_nearest_neighbors, pairwise_distances

READY_MADE = ("scipy", "sklearn", "torch", "dl_helpers.numpy", "dl_helpers.torch")


def rounded(case):
    return {name: np.round(v, 1) if isinstance(v, np.ndarray) and v.dtype.kind == "f" else v for name, v in case.items()}


def two_sets(rng, **more):
    """New samples and training samples, never as many of one as of the other."""
    m, n, d = (int(v) for v in rng.permutation(np.arange(2, 8))[:3])
    return dict(x_new=rng.normal(size=(m, d)), x_train=rng.normal(size=(n, d)), **more)


def as_many_of_all(rng, **more):
    """As many new samples as training samples as features: a wrong axis does not show in the shape."""
    return dict(x_new=rng.normal(size=(3, 3)), x_train=rng.normal(size=(3, 3)), **more)


def measured(rng):
    return two_sets(rng, metric="l1" if rng.random() < 0.5 else "l2")


_rng = np.random.default_rng(1)
EXAMPLE = dict(x_new=np.array([[1.0, 2, 3]]), x_train=np.array([[2.0, 0, 5], [1, 2, 3]]))
DISTANCES = [*(EXAMPLE | dict(metric=metric) for metric in ("l1", "l2")),
             *(rounded(make(_rng, metric=metric)) for metric in ("l1", "l2") for make in (two_sets, as_many_of_all))]
EDGES = [make(_rng, metric=metric) for metric in ("l1", "l2") for make in (two_sets, as_many_of_all)]

distances_two_loops = Task(
    points=2,
    inputs=measured,
    returns=("dist",),
    visible=DISTANCES,
    edges=EDGES,
    float32=False,
    forbids=READY_MADE,
    misconceptions=[
        Wrong('metric == "l1" -> metric == "l2"', "The two metrics are interchanged: L1 sums absolute values, L2 squares."),
        Wrong("np.sqrt((gap ** 2).sum()) -> (gap ** 2).sum()",
              "The root is missing: these are squared L2 distances.", when="metric == 'l2'"),
        Wrong("np.sqrt((gap ** 2).sum()) -> np.sqrt(gap ** 2).sum()",
              "You took the root of each square, which gives its absolute value back: that is L1. The root belongs around "
              "the sum.",
              when="metric == 'l2'"),
        Wrong("np.sqrt((gap ** 2).sum()) -> np.sqrt((gap ** 2).mean())",
              "You took the mean over the features; the L2 distance is the root of their sum.", when="metric == 'l2'"),
        Wrong("np.abs(gap).sum() -> gap.sum()",
              "The absolute values are missing: without them a feature that is too large makes up for one that is too small.",
              when="metric == 'l1'"),
        Wrong("np.abs(gap).sum() -> np.abs(gap.sum())",
              "You summed first and took the absolute value then: differences of opposite sign cancel that way.",
              when="metric == 'l1'"),
        Wrong("np.abs(gap).sum() -> np.abs(gap).mean()",
              "You took the mean over the features; the L1 distance is the sum of the absolute differences.",
              when="metric == 'l1'"),
        Wrong("np.abs(gap).sum() -> np.abs(gap).max()",
              "This is the largest difference alone; L1 adds up the differences of all features.", when="metric == 'l1'"),
        Wrong('metric == "l1" -> False', "You return the L2 distance whatever the metric is.", when="metric == 'l1'"),
        Wrong("return dist.T", "The table is transposed: a row for each new sample, a column for each training sample."),
    ],
    alternatives=[
        "np.sqrt((gap ** 2).sum()) -> np.linalg.norm(gap)",
        "np.sqrt((gap ** 2).sum()) -> (gap @ gap) ** 0.5",
        """
        def distances_two_loops(x_new, x_train, metric):
            power = int(metric[1])
            return np.array([[(abs(a - b) ** power).sum() ** (1 / power) for b in x_train] for a in x_new])
        """,
        """
        def distances_two_loops(x_new, x_train, metric):
            gap = x_new[:, None] - x_train[None]
            return np.abs(gap).sum(axis=2) if metric == "l1" else np.sqrt((gap * gap).sum(axis=2))
        """,
    ],
    equivalent={
        "dist = np.ones((len(x_new), len(x_train)))": "every entry is overwritten",
        "dist = -np.zeros((len(x_new), len(x_train)))": "every entry is overwritten",
        "gap = (x_train[j] - x_new[i])": "neither a square nor an absolute value sees the sign",
        "gap = -(x_new[i] - x_train[j])": "neither a square nor an absolute value sees the sign",
    },
)

distances_one_loop = Task(
    points=2,
    inputs=measured,
    returns=("dist",),
    visible=DISTANCES,
    edges=EDGES,
    float32=False,
    forbids=READY_MADE,
    misconceptions=[
        Wrong("np.sqrt((gap ** 2).sum(axis=1)) -> np.sqrt((gap ** 2).sum(axis=0))",
              "You summed over the training samples (axis 0) and kept the features. Sum over the features, axis 1: "
              "one distance is left for each training sample.", when="metric == 'l2'"),
        Wrong("np.abs(gap).sum(axis=1) -> np.abs(gap).sum(axis=0)",
              "You summed over the training samples (axis 0) and kept the features, in L1. Sum over the features, axis 1: "
              "one distance is left for each training sample.", when="metric == 'l1'"),
        Wrong("np.sqrt((gap ** 2).sum(axis=1)) -> np.sqrt((gap ** 2).sum())",
              "Without an axis the sum runs over everything: the whole row holds one number.",
              when="metric == 'l2'"),
        Wrong("np.abs(gap).sum(axis=1) -> np.abs(gap).sum()",
              "Without an axis the sum of absolute values runs over everything: the whole row holds one number.",
              when="metric == 'l1'"),
        Wrong("np.sqrt((gap ** 2).sum(axis=1)) -> (gap ** 2).sum(axis=1)",
              "The root is missing: these are squared L2 distances.", when="metric == 'l2'"),
        Wrong("np.abs(gap).sum(axis=1) -> gap.sum(axis=1)",
              "The absolute values are missing: differences of opposite sign cancel.", when="metric == 'l1'"),
        Wrong("x_train - x_new[i] -> x_train - x_new[0]",
              "Every row compares with the first new sample; row i belongs to new sample i.", when="len(x_new) > 1"),
        Wrong("return dist.T", "The table is transposed: a row for each new sample, a column for each training sample."),
        Wrong('metric == "l1" -> metric == "l2"', "The two metrics are interchanged: L1 sums absolute values, L2 squares."),
    ],
    alternatives=[
        "np.sqrt((gap ** 2).sum(axis=1)) -> np.linalg.norm(gap, axis=1)",
        "np.sqrt((gap ** 2).sum(axis=1)) -> np.sqrt(np.einsum('nd,nd->n', gap, gap))",
        """
        def distances_one_loop(x_new, x_train, metric):
            rows = []
            for sample in x_new:
                gap = np.abs(sample - x_train)
                rows.append(gap.sum(-1) if metric == "l1" else (gap ** 2).sum(-1) ** 0.5)
            return np.stack(rows)
        """,
        """
        def distances_one_loop(x_new, x_train, metric):
            columns = [np.abs(x_new - known).sum(axis=1) if metric == "l1" else np.sqrt(((x_new - known) ** 2).sum(axis=1))
                       for known in x_train]
            return np.column_stack(columns)
        """,
    ],
    equivalent={
        "dist = np.ones((len(x_new), len(x_train)))": "every entry is overwritten",
        "dist = -np.zeros((len(x_new), len(x_train)))": "every entry is overwritten",
        "gap = (x_new[i] - x_train)": "neither a square nor an absolute value sees the sign",
        "gap = -(x_train - x_new[i])": "neither a square nor an absolute value sees the sign",
    },
)


def nearly_equal(rng):
    """Pairs so close together that rounding turns some of their squared distances negative."""
    x = 1 + rng.random(size=(40, 1))
    return dict(x_new=x, x_train=np.concatenate([x + 1e-8, [[9.0]]]))


distances_no_loop = Task(
    points=3,
    inputs=two_sets,
    returns=("dist",),
    visible=[rounded(two_sets(_rng)), EXAMPLE, rounded(as_many_of_all(_rng)), nearly_equal(_rng)],
    edges=[as_many_of_all(_rng), nearly_equal(_rng), two_sets(_rng)],
    forbids=READY_MADE,
    misconceptions=[
        Wrong("squares = new_squares + train_squares",
              "The cross term is missing: (a − b)² is a² − 2ab + b², and ‖a − b‖² expands in the same way."),
        Wrong("squares = new_squares - cross + train_squares", "The cross term counts twice: −2 a·b."),
        Wrong("squares = new_squares + 2 * cross + train_squares",
              "The cross term has the wrong sign: this is ‖a + b‖²."),
        Wrong("squares = new_squares - 2 * cross - train_squares",
              "The square of the training samples is subtracted; only the cross term is."),
        Wrong("return np.maximum(squares, 0)", "The root is missing: these are squared distances."),
        Wrong("return np.sqrt(squares)",
              "Two samples lie so close together that rounding left a square just below 0, and its root is nan. "
              "A square cannot be negative: lift those to 0 before the root.",
              when="len(x_new) == 40"),
        Wrong("return np.sqrt(np.maximum(squares, 0)).T",
              "The table is transposed: a row for each new sample, a column for each training sample."),
        Wrong("new_squares = (x_new ** 2).sum(axis=1)",
              "The squares of the new samples have shape (M,) and are added along the columns. They belong to the rows: "
              "they need the shape (M, 1).", when="len(x_new) > 1"),
        Wrong("train_squares = (x_train ** 2).sum(axis=1)[:, None]",
              "The squares of the training samples stand in a column, (N, 1), and are added along the rows. They belong to "
              "the columns: the shape (N,) does that."),
        Wrong("train_squares = (x_train ** 2).sum()",
              "The squares of all training samples are added up to one number; each column needs its own."),
    ],
    alternatives=[
        "cross = np.einsum('md,nd->mn', x_new, x_train)",
        "return np.sqrt(np.where(squares > 0, squares, 0))",
        """
        def distances_no_loop(x_new, x_train):
            return np.sqrt(((x_new[:, None, :] - x_train[None, :, :]) ** 2).sum(axis=-1))
        """,
        """
        def distances_no_loop(x_new, x_train):
            return np.linalg.norm(x_new[:, None] - x_train, axis=2)
        """,
    ],
    equivalent={
        "return np.sqrt(np.maximum(0, squares))": "the larger of two numbers does not depend on their order",
    },
)


def votes(rng):
    """A table of distances without ties, and labels; large k and few classes make ties of votes likely."""
    m, n, classes = int(rng.integers(2, 6)), int(rng.integers(7, 12)), int(rng.integers(2, 5))
    return dict(dist=rng.random(size=(m, n)), y_train=rng.integers(0, classes, size=n), k=int(rng.integers(2, 7)))


VOTES = [
    dict(dist=np.array([[0.3, 0.1, 0.9, 0.2, 0.5], [0.9, 0.8, 0.1, 0.7, 0.2]]), y_train=np.array([2, 0, 1, 2, 1]), k=3),
    dict(dist=np.array([[0.3, 0.1, 0.9, 0.2, 0.5], [0.9, 0.8, 0.1, 0.7, 0.2]]), y_train=np.array([2, 3, 1, 2, 1]), k=1),
    dict(dist=np.array([[0.1, 0.2, 0.3, 0.4, 0.5], [0.5, 0.4, 0.2, 0.3, 0.1]]), y_train=np.array([3, 3, 1, 1, 0]), k=4),
    dict(dist=np.array([[0.1, 0.2, 0.3, 0.4, 0.7, 0.8, 0.9], [0.9, 0.1, 0.8, 0.7, 0.2, 0.3, 0.4],
                        [0.5, 0.6, 0.1, 0.2, 0.3, 0.4, 0.7]]), y_train=np.array([2, 0, 4, 4, 1, 1, 0]), k=5),
]
EQUALLY_FAR = dict(dist=np.array([[2.0, 1, 1, 1, 3], [1, 1, 1, 1, 1]]), y_train=np.array([0, 2, 1, 1, 2]), k=1)
EQUALLY_FAR_3 = dict(dist=np.array([[2.0, 1, 2, 2, 3], [4, 4, 4, 4, 4]]), y_train=np.array([3, 2, 3, 1, 1]), k=3)

knn_predict = Task(
    points=3,
    inputs=votes,
    returns=("pred",),
    visible=[*VOTES, EQUALLY_FAR, EQUALLY_FAR_3],
    edges=[*VOTES, EQUALLY_FAR_3, EQUALLY_FAR],
    float32=False,
    forbids=READY_MADE,
    misconceptions=[
        Wrong("np.argsort(dist, axis=1, -> np.argsort(-dist, axis=1,",
              "These are the k farthest samples; the nearest have the smallest distances."),
        Wrong("np.argsort(dist, axis=1, -> np.argsort(dist, axis=0,",
              "You sorted each column: that orders the new samples. Sort along each row, over the training samples."),
        Wrong("[:, :k] -> [:, 1:k + 1]",
              "You left the nearest neighbour out. That is right only for samples that are compared with themselves."),
        Wrong("[:, :k] -> [:, :k + 1]", "These are k + 1 neighbours."),
        Wrong("[:, :k] -> [:, :1]", "Only the nearest neighbour votes; k of them have a vote.", when="k > 1"),
        Wrong("pred[i] = np.bincount(votes[i]).max()",
              "This is the number of votes of the winner; its class is asked for."),
        Wrong("pred[i] = np.round(votes[i].mean())",
              "You averaged the labels. Labels are names: the mean of a 1 and a 3 is no 2. Count votes instead.",
              when="k > 1"),
        Wrong("pred[i] = np.bincount(votes[i])[::-1].argmax()",
              "You counted from the last class back and took the place in that list for the label."),
        Wrong("pred[i] = len(np.bincount(votes[i])) - 1 - np.bincount(votes[i])[::-1].argmax()",
              "In a tie of votes you take the largest label; the smallest is asked for.", when="k in (4, 5)"),
        Wrong("pred[i] = max(votes[i], key=lambda c: (votes[i] == c).sum())",
              "In a tie of votes you take the class of the nearest neighbour among the tied; here the smallest label "
              "is asked for.", when="k in (4, 5)"),
        Wrong("pred[i] = np.bincount(nearest[i]).argmax()",
              "These are the numbers of training samples, not their labels: look the labels up in y_train."),
        Wrong('nearest = dist.shape[1] - 1 - np.argsort(dist[:, ::-1], axis=1, kind="stable")[:, :k]',
              "Of samples that are equally far you take the last; the first is asked for.",
              when="len(np.unique(dist[0])) < dist.shape[1]"),
    ],
    alternatives=[
        "pred[i] = np.unique(votes[i])[np.unique(votes[i], return_counts=True)[1].argmax()]",
        "return (votes[:, :, None] == np.arange(y_train.max() + 1)).sum(axis=1).argmax(axis=1)",
        """
        def knn_predict(dist, y_train, k):
            pred = []
            for row in dist:
                nearest = sorted(range(len(row)), key=lambda n: (row[n], n))[:k]
                labels = [int(y_train[n]) for n in nearest]
                pred.append(max(sorted(set(labels)), key=labels.count))
            return np.array(pred)
        """,
        """
        def knn_predict(dist, y_train, k):
            from collections import Counter

            def winner(row):
                counted = Counter(y_train[np.argsort(row, kind="stable")[:k]].tolist())
                return min(counted, key=lambda c: (-counted[c], c))
            return np.array([winner(row) for row in dist])
        """,
    ],
    equivalent={
        'nearest = np.argsort(dist, kind="stable")[:, :k]': "without an axis it sorts along the last, which is the same",
        "pred = np.ones(len(dist), dtype=int)": "every entry is overwritten",
        "pred = -np.zeros(len(dist), dtype=int)": "every entry is overwritten",
    },
)


def errors_of(case):
    """The errors (ks, folds) of a case, to look for ties."""
    x, y, fold = case["x"], case["y"], case["fold"]
    dist = pairwise_distances(x, x)
    return np.array([[(k_nearest_neighbors(dist[np.ix_(fold == f, fold != f)], y[fold != f], k) != y[fold == f]).mean()
                      for f in range(fold.max() + 1)] for k in case["ks"]])


def overlapping(rng):
    """Samples of overlapping classes in folds of different sizes.

    The best k has a clear lead, so that rounding decides nothing; it is not the first, nor the luckiest, nor the steadiest.
    """
    while True:
        folds = int(rng.integers(3, 6))
        n = folds * int(rng.integers(5, 7)) + int(rng.integers(1, folds))
        y = rng.integers(0, 3, size=n)
        x = np.round(np.column_stack([y, -y, 0 * y]) + rng.normal(size=(n, 3)), 3)
        ks = [int(k) for k in sorted(rng.choice(np.arange(1, 10), size=4, replace=False))]
        case = dict(x=x, y=y, fold=rng.permutation(np.arange(n) % folds), ks=ks)
        errors = errors_of(case)
        mean = errors.mean(axis=1)
        first, second = np.sort(mean)[:2]
        if second - first > 1e-3 and mean.argmin() not in (0, errors.min(axis=1).argmin(), errors.std(axis=1).argmin()):
            return case


def tied():
    """Four samples of each class, in two folds of four: k = 1 and k = 3 make no error, k = 2 neither; the first is taken."""
    x = np.array([[0.0], [0.1], [0.3], [0.6], [10], [10.1], [10.3], [10.6]])
    return dict(x=x, y=np.repeat([0, 1], 4), fold=np.array([0, 1, 1, 0, 0, 1, 1, 0]), ks=[4, 2, 1])


cross_validate = Task(
    points=3,
    inputs=overlapping,
    returns=("errors", "best"),
    visible=lambda: [overlapping(np.random.default_rng(3)), overlapping(np.random.default_rng(4)), tied()],
    edges=[tied()],
    float32=False,
    forbids=READY_MADE,
    misconceptions=[
        Wrong("""
        def cross_validate(x, y, fold, ks):
            folds = fold.max() + 1
            errors = np.zeros((len(ks), folds))
            for f in range(folds):
                held = fold == f
                dist = distances_no_loop(x[held], x)
                for i, k in enumerate(ks):
                    errors[i, f] = (knn_predict(dist, y, k) != y[held]).mean()
            return errors, ks[errors.mean(axis=1).argmin()]
        """, "The held-out rows stand among the training samples too, so each finds itself at distance 0. That is why a small "
             "k looks so good. Leave the fold out."),
        Wrong("""
        def cross_validate(x, y, fold, ks):
            folds = fold.max() + 1
            errors = np.zeros((len(ks), folds))
            for f in range(folds):
                known = fold != f
                dist = distances_no_loop(x[known], x[known])
                for i, k in enumerate(ks):
                    errors[i, f] = (knn_predict(dist, y[known], k) != y[known]).mean()
            return errors, ks[errors.mean(axis=1).argmin()]
        """, "These are training errors: the rows that vote are also the rows that are judged. Judge on the fold that is held "
             "out."),
        Wrong("""
        def cross_validate(x, y, fold, ks):
            folds = fold.max() + 1
            errors = np.zeros((len(ks), folds))
            for f in range(folds):
                held = fold == f
                known = fold != f
                dist = distances_no_loop(x[known], x[held])
                for i, k in enumerate(ks):
                    errors[i, f] = (knn_predict(dist, y[held], k) != y[known]).mean()
            return errors, ks[errors.mean(axis=1).argmin()]
        """, "You trained on the one fold and judged on the others. It is the other way round: one fold is held out."),
        Wrong("errors[i, f] = (pred == y[held]).mean()",
              "This is the share of right answers; an error is the share of wrong ones."),
        Wrong("errors[i, f] = (pred != y[held]).sum()",
              "This counts the wrong answers. Folds may differ in size: take the share."),
        Wrong("errors[i, f] = ((pred - y[held]) ** 2).mean()",
              "You squared the difference of two labels. Labels are names: to take a 2 for a 0 is one error, as to take a 1 "
              "for a 0."),
        Wrong("mean_errors = errors.std(axis=1)",
              "You chose the k whose error varies least; the smallest mean error is asked for."),
        Wrong("mean_errors = errors.min(axis=1)",
              "You chose the k with the best single round. One lucky round says little: take the mean over the rounds."),
        Wrong("best = mean_errors.argmin()", "best is a place in the list `ks`; the k that stands there is asked for."),
        Wrong("best = ks[mean_errors.argmax()]", "best is the k with the largest error."),
        Wrong("best = mean_errors.min()", "best is the smallest error; the k that has it is asked for."),
        Wrong("return errors.T, best", "The table of errors is transposed: a row for each k, a column for each round."),
    ],
    alternatives=[
        """
        def cross_validate(x, y, fold, ks):
            def error(k, f):
                dist = distances_no_loop(x[fold == f], x[fold != f])
                return np.mean(knn_predict(dist, y[fold != f], k) != y[fold == f])
            errors = np.array([[error(k, f) for f in range(fold.max() + 1)] for k in ks])
            return errors, ks[int(np.argmin(errors.mean(axis=1)))]
        """,
        """
        def cross_validate(x, y, fold, ks):
            dist = distances_two_loops(x, x, "l2")
            columns = []
            for f in np.unique(fold):
                held, known = np.flatnonzero(fold == f), np.flatnonzero(fold != f)
                part = dist[held][:, known]
                columns.append([1 - np.mean(knn_predict(part, y[known], k) == y[held]) for k in ks])
            errors = np.column_stack(columns)
            return errors, min(zip(errors.mean(axis=1).round(9), range(len(ks)), ks))[2]
        """,
    ],
    equivalent={
        "errors = -np.zeros((len(ks), folds))": "every entry is overwritten",
        "errors = np.ones((len(ks), folds))": "every entry is overwritten",
        "mean_errors = errors.sum(axis=1)": "the sum over the rounds has its smallest entry where the mean has it",
    },
)


def labelled(rng):
    classes = int(rng.integers(3, 6))
    n = int(rng.integers(15, 30))
    y = rng.integers(0, classes, size=n)
    pred = np.where(rng.random(n) < 0.6, y, rng.integers(0, classes, size=n))
    return dict(y=y, pred=pred, classes=classes)


CLASSIFIED = [
    dict(y=np.array([0, 0, 0, 1, 1, 2]), pred=np.array([0, 0, 1, 1, 2, 1]), classes=3),
    labelled(_rng),
    dict(y=np.array([0, 0, 3, 3, 3]), pred=np.array([0, 3, 3, 1, 3]), classes=4),
    dict(y=np.array([0, 0, 1, 2, 2]), pred=np.array([0, 1, 1, 2, 2]), classes=3),
]

precision_recall = Task(
    points=3,
    functions=("confusion_matrix", "precision_recall"),
    calls="confusion = confusion_matrix(y, pred, classes)\nprecision, recall = precision_recall(confusion)",
    returns=("confusion", "precision", "recall"),
    inputs=labelled,
    visible=CLASSIFIED,
    edges=CLASSIFIED[1:],
    float32=False,
    forbids=READY_MADE,
    misconceptions=[
        Wrong("confusion[truth, guess] -> confusion[guess, truth]",
              "The table is transposed: the rows are the truth, the columns the predictions."),
        Wrong("""
        def confusion_matrix(y, pred, classes):
            confusion = np.zeros((classes, classes), dtype=int)
            confusion[y, pred] += 1
            return confusion
        """, "Each pair of classes is counted once, however often it occurs: += at many places at once adds to each place one "
             "time, even where a place is named twice. Count the samples one after the other, or use np.add.at."),
        Wrong("precision = right / np.maximum(confusion.sum(axis=1), 1)",
              "You divided the precision by the sums of the rows, which is the recall. Precision asks how many of those that "
              "were claimed to be of the class are."),
        Wrong("recall = right / np.maximum(confusion.sum(axis=0), 1)",
              "You divided the recall by the sums of the columns, which is the precision. Recall asks how many of those that "
              "are of the class were found."),
        Wrong("""
        def precision_recall(confusion):
            right = np.diag(confusion)
            return right / np.maximum(confusion.sum(axis=1), 1), right / np.maximum(confusion.sum(axis=0), 1)
        """, "Precision and recall are interchanged: precision divides by what was claimed (columns), recall by what is there "
             "(rows)."),
        Wrong("precision = right / confusion.sum()",
              "You divided the precision by the number of all samples; divide by those that were claimed to be of the class."),
        Wrong("recall = right / confusion.sum()",
              "You divided the recall by the number of all samples; divide by those that are of the class."),
        Wrong("precision = right / confusion.sum(axis=0)",
              "A class that was never predicted gives 0/0, which is nan. Its precision shall be 0.",
              when="len(set(pred)) < classes"),
        Wrong("recall = right / confusion.sum(axis=1)",
              "A class that never occurs gives 0/0, which is nan. Its recall shall be 0.",
              when="len(set(y)) < classes"),
        Wrong("right = confusion.max(axis=1)",
              "You took the largest number of each row; the right answers stand on the diagonal, large or not."),
    ],
    alternatives=[
        """
        def confusion_matrix(y, pred, classes):
            return np.bincount(classes * y + pred, minlength=classes ** 2).reshape(classes, classes)
        """,
        """
        def confusion_matrix(y, pred, classes):
            return (y[:, None] == np.arange(classes)).T.astype(int) @ (pred[:, None] == np.arange(classes)).astype(int)
        """,
        """
        def precision_recall(confusion):
            right, claimed, present = np.diag(confusion), confusion.sum(axis=0), confusion.sum(axis=1)
            zero = np.zeros(len(right))
            return (np.divide(right, claimed, out=zero.copy(), where=claimed > 0),
                    np.divide(right, present, out=zero.copy(), where=present > 0))
        """,
    ],
    equivalent={
        "confusion = -np.zeros((classes, classes), dtype=int)": "minus zero is zero",
        "precision = right / np.maximum(1, confusion.sum(axis=0))": "the larger of two numbers does not depend on their order",
        "recall = right / np.maximum(1, confusion.sum(axis=1))": "the larger of two numbers does not depend on their order",
    },
)


def images(rng, n=900, m=400):
    """Digits to learn from and new ones; the first 20 new ones are those with the most ink.

    The ten classes are renamed at random, so that looking the digits up does not help. Pixels are bytes, 0 to 255.
    """
    data = digits()
    x = np.round(255 * data.x.reshape(len(data), -1)).astype(np.uint8)
    y = rng.permutation(10)[data.y]
    order = rng.permutation(len(y))
    train, new = order[:n], order[n:n + m]
    new = new[np.argsort(-x[new].sum(axis=1, dtype=int), kind="stable")]
    rows = np.arange(20)
    return dict(x_train=x[train], y_train=y[train], x_new=x[new], y_new=y[new], x_group=x[new][rows], rows=rows)


classify_digits = Task(
    points=3,
    inputs=images,
    visible=lambda: [images(np.random.default_rng(25), 500, 150)],
    calls="pred = classify_digits(x_train, y_train, x_new)\n"
          "group_alone = classify_digits(x_train, y_train, x_group)\n"
          "group_in_pred = pred[rows]",
    returns=("pred", "group_alone"),
    scores={"pred": Score("error rate", "y_new", 0.06), "group_alone": Score(
        "error rate", "group_in_pred", 0.05,
        hint="The same digits get other classes when they come alone. Something is computed from the new digits together.")},
    float32=False,
    forbids=(*READY_MADE, "dl_helpers.data"),
    misconceptions=[
        Wrong("""
        def classify_digits(x_train, y_train, x_new):
            dist = np.zeros((len(x_new), len(x_train)))
            for i in range(len(x_new)):
                dist[i] = np.sqrt(((x_train - x_new[i]) ** 2).sum(axis=1))
            return knn_predict(dist, y_train, 3)
        """, "The pixels were subtracted and squared as whole numbers of 8 bits, in which 3 - 5 is 254 and 16 · 16 is 0. Make "
             "them floating-point first."),
        Wrong("return np.full(len(x_new), np.bincount(y_train).argmax())",
              "Every digit gets the same class, the most frequent one: the pixels are not used."),
        Wrong("return knn_predict(dist, y_train, 200)",
              "200 neighbours are far more than one class has samples among these: other classes outvote it. Use a small k."),
        Wrong("return knn_predict(-dist, y_train, 3)", "The farthest samples vote."),
        Wrong("return np.argmin(dist, axis=1)",
              "These are the numbers of the nearest training samples, not their classes: look them up in y_train."),
        Wrong("dist = np.sqrt((a ** 2).sum(axis=1)[:, None] + (b ** 2).sum(axis=1))",
              "The cross term of the distance is missing: all new digits then choose the training samples with the least ink."),
        Wrong("a = x_new - x_new.mean(axis=0)",
              "The mean of the new digits is subtracted from them, and nothing from the training samples. Then both are "
              "measured from different origins, and a digit's class depends on who else is in the group."),
        Wrong("dist = np.abs(a.sum(axis=1)[:, None] - b.sum(axis=1))",
              "You compare the amounts of ink: the differences of the pixels cancel where the absolute value is taken after "
              "the sum."),
    ],
    alternatives=[
        "return y_train[np.argmin(dist, axis=1)]",
        'dist = distances_one_loop(a, b, "l1")',
        """
        def classify_digits(x_train, y_train, x_new):
            mean = x_train.mean(axis=0)
            return knn_predict(distances_no_loop(x_new - mean, x_train - mean), y_train, 5)
        """,
        """
        def classify_digits(x_train, y_train, x_new):
            a, b = x_new.astype(np.float32), x_train.astype(np.float32)
            a, b = a / np.linalg.norm(a, axis=1, keepdims=True), b / np.linalg.norm(b, axis=1, keepdims=True)
            return knn_predict(-a @ b.T, y_train, 1)
        """,
    ],
    equivalent={
        "return knn_predict(dist, y_train, 2)": "two neighbours read digits about as well as three",
        "return knn_predict(dist, y_train, 4)": "four neighbours read digits about as well as three",
    },
)

quiz_training_error = Quiz(
    points=1,
    answer=0,
    wrong={
        1: "Each stored sample is at distance 0 of itself, so its own label decides: none of the answers is wrong.",
        0.5: "No guessing is needed: each stored sample is its own nearest neighbour.",
    },
)

quiz_rounds = Quiz(
    points=1,
    answer=1200,
    wrong={
        30: "There are 30 rounds, five for each k; in each of them all 40 samples of the held-out fold are classified.",
        240: "40 samples for each of six k is one round; there are five.",
        6000: "In a round only the 40 samples of the held-out fold are classified, and not all 200.",
        4800: "The 160 training samples of a round vote; the 40 of the held-out fold are classified.",
    },
)

quiz_precision = Quiz(
    points=1,
    answer=8 / 48,
    wrong={
        0.8: "That is the recall: of the ten who are ill, eight are found. Precision looks at those with an alarm: how many "
             "of them are ill?",
        0.958: "That is the accuracy, which the many healthy people make high.",
        0.2: "8 of 40 compares the right alarms with the false ones; precision compares them with all alarms.",
    },
)

quiz_test_set = Quiz(
    points=1,
    answer="c",
    choices="abcd",
    wrong={
        "a": "The best of twenty on the test set was chosen for its luck there, too.",
        "b": "k = 1 always wins on the training data: each sample is its own neighbour.",
        "d": "A test set that has been looked at a second time has helped to choose.",
    },
)
