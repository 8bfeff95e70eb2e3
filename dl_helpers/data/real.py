"""Small real data sets that scikit-learn ships: at hand without a network. (Imported only when one is loaded.)"""

import numpy as np

from dl_helpers.arguments import option
from dl_helpers.data.dataset import DataSet

__all__ = ["breast_cancer", "diabetes", "digits", "iris", "photograph"]


def diabetes():
    """442 patients, ten measurements each, and how far their diabetes progressed within a year: regression.

    Returns a DataSet with x (442, 10) and y (442,), float64, as they were measured, not yet scaled.
    The source gives no units for the blood values; their sizes are those of mg/dl.
    Source: Efron, Hastie, Johnstone and Tibshirani, Least Angle Regression, Annals of Statistics 32, 2004.
    """
    from sklearn.datasets import load_diabetes

    raw = load_diabetes(scaled=False)
    return DataSet(
        x=raw.data, y=raw.target,
        names=("age", "sex", "body mass index", "blood pressure", "total cholesterol", "low-density lipoproteins",
               "high-density lipoproteins", "cholesterol ratio", "log triglycerides", "blood sugar"),
        units=("years", "1 or 2", "kg/m²", "mm Hg", "mg/dl", "mg/dl", "mg/dl", "", "log(mg/dl)", "mg/dl"),
        target="disease progression after one year", target_unit="points of a score from 25 to 346",
        description=raw.DESCR,
    )


def digits():
    """1797 handwritten digits of 8 × 8 pixels: a small MNIST that is always there.

    Returns a DataSet with x (1797, 1, 8, 8) float32 in [0, 1] and y (1797,) int64 in [0, 10).
    Source: Alpaydin and Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998.
    """
    from sklearn.datasets import load_digits

    raw = load_digits()
    x = (raw.images / 16).astype(np.float32)[:, None]       # the pixels count the dark dots in a 4 × 4 block: 0 to 16
    return DataSet(x=x, y=raw.target.astype(np.int64), target="digit", classes=tuple(map(str, range(10))),
                   description=raw.DESCR)


def iris():
    """150 irises of three species, four lengths each: classification.

    Returns a DataSet with x (150, 4) float64 in cm and y (150,) int64 in [0, 3).
    Source: Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7, 1936.
    """
    from sklearn.datasets import load_iris

    raw = load_iris()
    return DataSet(
        x=raw.data, y=raw.target.astype(np.int64),
        names=("sepal length", "sepal width", "petal length", "petal width"), units=("cm",) * 4,
        target="species", classes=tuple(map(str, raw.target_names)), description=raw.DESCR,
    )


def breast_cancer():
    """569 tumours, thirty measurements of their cells, malignant or benign: classes of unequal size.

    Returns a DataSet with x (569, 30) float64 and y (569,) int64: 0 malignant (212), 1 benign (357).
    The source gives no units but that of the texture, so the others are empty.
    Source: Street, Wolberg and Mangasarian, Nuclear feature extraction for breast tumor diagnosis, 1993.
    """
    from sklearn.datasets import load_breast_cancer

    raw = load_breast_cancer()
    names = tuple(map(str, raw.feature_names))
    units = tuple("grey levels" if "texture" in name else "" for name in names)
    return DataSet(x=raw.data, y=raw.target.astype(np.int64), names=names, units=units,
                   target="diagnosis", classes=tuple(map(str, raw.target_names)), description=raw.DESCR)


def photograph(name="china"):
    """A colour photograph, to convolve: "china" (a temple roof) or "flower" (a dahlia).

    Returns an image (3, 427, 640) float32 in [0, 1]: red, green, blue.
    Raises ValueError for another name.
    Source: photographs under CC BY 2.0, named with their authors in docs/data.md.
    """
    from sklearn.datasets import load_sample_image

    option("photograph", "name", name, ("china", "flower"))
    pixels = load_sample_image(f"{name}.jpg")
    return np.ascontiguousarray(pixels.transpose(2, 0, 1), dtype=np.float32) / 255
