import pickle
import re
from dataclasses import replace

import numpy as np
import pytest

from dl_helpers import data
from dl_helpers.data import downloads
from tests.data.server import Server, cifar_batch, idx, md5, tar_gz

LOADERS = {"mnist": "MNIST", "fashion_mnist": "FASHION_MNIST", "cifar10": "CIFAR10"}
SHAPE = {"mnist": (1, 28, 28), "fashion_mnist": (1, 28, 28), "cifar10": (3, 32, 32)}
every_loader = pytest.mark.parametrize("name", LOADERS)


@pytest.fixture(autouse=True)
def directory(tmp_path, monkeypatch):
    monkeypatch.setenv("DL_COURSE_DATA", str(tmp_path))
    return tmp_path


@pytest.fixture
def truth(rng):
    """Images and labels: name, part -> arrays."""
    return {(name, part): (rng.integers(0, 256, (n, *SHAPE[name])), rng.integers(0, 10, n))
            for name in LOADERS for part, n in [("train", 10), ("test", 4)]}


@pytest.fixture
def homes(truth, monkeypatch):
    """A server with small files in the real formats, in the place of the real homes."""
    files = {}
    for name in ("mnist", "fashion_mnist"):
        for part, word in [("train", "train"), ("test", "t10k")]:
            images, labels = truth[name, part]
            files[f"{name}/{word}-images-idx3-ubyte.gz"] = idx(images[:, 0])
            files[f"{name}/{word}-labels-idx1-ubyte.gz"] = idx(labels)
    images, labels = truth["cifar10", "train"]
    batches = {f"data_batch_{i + 1}": cifar_batch(images[2 * i: 2 * i + 2], labels[2 * i: 2 * i + 2]) for i in range(5)}
    batches["test_batch"] = cifar_batch(*truth["cifar10", "test"])
    files["cifar10/cifar-10-python.tar.gz"] = tar_gz({f"cifar-10-batches-py/{k}": v for k, v in batches.items()})
    with Server(files).running() as server:
        for name, constant in LOADERS.items():
            sums = {path.split("/")[1]: md5(content) for path, content in files.items() if path.startswith(f"{name}/")}
            assert sums.keys() == getattr(downloads, constant).md5.keys()         # the names of the real files
            monkeypatch.setattr(downloads, constant, replace(
                getattr(downloads, constant), urls=(f"{server.url}{name}/",), md5=sums))
        yield server


@pytest.fixture
def no_network(monkeypatch):
    for constant in LOADERS.values():
        monkeypatch.setattr(downloads, constant, replace(getattr(downloads, constant), urls=("http://127.0.0.1:9/",)))


@every_loader
@pytest.mark.parametrize("part", ["train", "test"])
def test_real_formats_are_read_pixel_by_pixel(name, part, homes, truth):
    d = getattr(data, name)(part, progress=False)
    images, labels = truth[name, part]
    assert d.x.dtype == np.float32 and d.y.dtype == np.int64 and not d.stand_in and len(d.classes) == 10
    np.testing.assert_array_equal(np.round(d.x * 255), images)
    np.testing.assert_array_equal(d.y, labels)
    first = getattr(data, name)(part, limit=3, progress=False)
    np.testing.assert_array_equal(first.x, d.x[:3])
    assert len(first.y) == 3


@every_loader
def test_without_a_network_the_message_says_so(name, no_network):
    with pytest.raises(data.DownloadError, match=r"cannot be reached: is there a network\?"):
        getattr(data, name)(progress=False)


@every_loader
@pytest.mark.parametrize("part", ["train", "test"])
def test_the_stand_in_has_the_shapes_and_says_what_it_is(name, part, no_network):
    with pytest.warns(UserWarning, match=rf"This is not {name}, but a stand-in of 1200 generated images.*is there a network"):
        d = getattr(data, name)(part, limit=1200, offline_ok=True, progress=False)
    assert d.x.shape == (1200, *SHAPE[name]) and d.x.dtype == np.float32
    assert d.x.min() >= 0 and d.x.max() <= 1
    assert d.y.dtype == np.int64 and set(d.y) == set(range(10)) and len(d.classes) == 10
    assert d.stand_in and "STAND-IN" in repr(d) and d.description.startswith("A STAND-IN")


@every_loader
def test_the_stand_in_can_be_learnt_and_its_parts_differ(name, no_network):
    from sklearn.neighbors import KNeighborsClassifier

    with pytest.warns(UserWarning):
        train, test = (getattr(data, name)(part, limit=n, offline_ok=True, progress=False)
                       for part, n in [("train", 1000), ("test", 200)])
    model = KNeighborsClassifier(3).fit(train.x.reshape(1000, -1), train.y)
    assert model.score(test.x.reshape(200, -1), test.y) > 0.8
    assert not {image.tobytes() for image in train.x} & {image.tobytes() for image in test.x}


@every_loader
@pytest.mark.parametrize("trouble", [500, "cut"])
def test_troubles_of_the_server_lead_to_the_stand_in_too(name, trouble, homes):
    homes.trouble = trouble
    reason = {500: "the server answers 500", "cut": "was cut off"}[trouble]
    with pytest.warns(UserWarning, match=reason):
        assert getattr(data, name)(limit=5, offline_ok=True, progress=False).stand_in
    homes.trouble = None
    assert not getattr(data, name)(limit=5, offline_ok=True, progress=False).stand_in


def test_the_published_checksums_are_md5_sums():
    sums = [s for constant in LOADERS.values() for s in getattr(downloads, constant).md5.values()]
    assert len(sums) == len(set(sums)) == 9 and all(re.fullmatch("[0-9a-f]{32}", s) for s in sums)


@every_loader
def test_wrong_arguments_are_named(name):
    with pytest.raises(ValueError, match=f"{name}: part is 'validation'; expected one of 'train', 'test'"):
        getattr(data, name)("validation")
    with pytest.raises(ValueError, match=f"{name}: limit is 0; expected a whole number ≥ 1"):
        getattr(data, name)(limit=0)


class Malicious:
    def __reduce__(self):
        return eval, ("open('/dev/null')",)


@pytest.mark.parametrize("protocol", [0, 2, 5])
def test_a_pickle_that_calls_functions_is_refused(directory, protocol):
    archive = directory / "evil.tar.gz"
    archive.write_bytes(tar_gz({"cifar-10-batches-py/test_batch": pickle.dumps({b"data": Malicious()}, protocol)}))
    with pytest.raises(ValueError, match=r"it asks for (builtins|__builtin__)\.eval, which has no place in a file of images"):
        data.read_cifar(archive, ["test_batch"])


def test_pickles_of_arrays_are_read_whichever_protocol_wrote_them(directory, rng):
    images, labels = rng.integers(0, 256, (3, 3072), dtype=np.uint8), [1, 2, 3]
    for protocol in (2, 4):
        archive = directory / f"{protocol}.tar.gz"
        batch = pickle.dumps({b"data": images, b"labels": labels}, protocol)
        archive.write_bytes(tar_gz({"cifar-10-batches-py/test_batch": batch}))
        x, y = data.read_cifar(archive, ["test_batch"])
        np.testing.assert_array_equal(x.reshape(3, -1), images)
        np.testing.assert_array_equal(y, labels)


def archive_of(batch):
    return tar_gz({"cifar-10-batches-py/test_batch": batch})


NOT_CIFAR = {
    "text": b"no archive",
    "empty": b"",
    "empty archive": tar_gz({}),
    "empty batch": archive_of(b"\x80\x02}."),
    "no pickle": archive_of(b"no pickle"),
    "cut": archive_of(bytes(9000))[:-30],
    "spoilt": archive_of(bytes(range(256)) * 40).replace(archive_of(bytes(range(256)) * 40)[60:80], b"\xff" * 20),
    "other sizes": archive_of(pickle.dumps({b"data": [1, 2], b"labels": []})),
}


@pytest.mark.parametrize("content", NOT_CIFAR.values(), ids=NOT_CIFAR)
def test_other_files_are_refused_as_cifar(directory, content):
    (directory / "x").write_bytes(content)
    with pytest.raises(ValueError, match=r"read_cifar: .* is not the CIFAR-10 archive"):
        data.read_cifar(directory / "x", ["test_batch"])


def test_other_files_are_refused_as_idx(directory):
    import gzip

    for content, words in {
        b"text": "is no gzip file",
        gzip.compress(b"text"): "is no idx file of bytes: it begins with 74 65 78 74",
        gzip.compress(b""): "is no idx file of bytes",
        gzip.compress(b"\x00\x00\x08\x02\x00\x00\x00\x02"): "is no idx file of bytes",
        gzip.compress(b"\x00\x00\x08\x01\x00\x00\x00\x05abc"): r"announces the shape \(5,\), but holds 3 bytes",
        gzip.compress(b"\x00\x00\x08\x01" * 100)[:-9]: "is no gzip file",
        gzip.compress(bytes(range(256)))[:12] + b"\xff" * 30: "is no gzip file",
    }.items():
        (directory / "x").write_bytes(content)
        with pytest.raises(ValueError, match=words):
            data.read_idx(directory / "x")
