import threading

import numpy as np
import pytest

from dl_helpers import data
from dl_helpers.data.download import Remote, fetch
from tests.data.server import Server, md5

CONTENT = np.random.default_rng(0).bytes(300_000)


@pytest.fixture(autouse=True)
def directory(tmp_path, monkeypatch):
    monkeypatch.setenv("DL_COURSE_DATA", str(tmp_path / "kept"))
    return tmp_path / "kept" / "somewhere"


@pytest.fixture
def server():
    with Server({"file.gz": CONTENT}).running() as server:
        yield server


@pytest.fixture
def remote(server):
    return Remote("somewhere", (server.url,), {"file.gz": md5(CONTENT), "missing.gz": "0" * 32})


def test_a_file_is_fetched_once_and_kept(server, remote, directory):
    for _ in range(2):
        assert fetch(remote, "file.gz", progress=False) == directory / "file.gz"
    assert (directory / "file.gz").read_bytes() == CONTENT
    assert server.requests == [("file.gz", None)]
    assert {p.name for p in directory.iterdir()} <= {"file.gz", "file.gz.lock"}       # no leavings


def test_a_download_that_was_cut_off_is_continued(server, remote, directory):
    server.trouble = "cut"
    with pytest.raises(data.DownloadError) as error:
        fetch(remote, "file.gz", progress=False)
    kept = (directory / "file.gz.part").stat().st_size
    assert 140_000 < kept <= 150_000 and not (directory / "file.gz").exists()
    assert str(error.value) == (
        f"somewhere: the download of {server.url}file.gz was cut off; {kept:,} bytes are kept, call again to continue")
    assert fetch(remote, "file.gz", progress=False).read_bytes() == CONTENT
    assert server.requests == [("file.gz", None), ("file.gz", f"bytes={kept}-")]


def test_a_server_that_knows_no_ranges_sends_all_again(server, remote, directory):
    directory.mkdir(parents=True)
    (directory / "file.gz.part").write_bytes(CONTENT[:1000])
    server.trouble = "no ranges"
    assert fetch(remote, "file.gz", progress=False).read_bytes() == CONTENT
    assert len(server.requests) == 1


@pytest.mark.parametrize("part", [CONTENT, CONTENT + b"more", b"another beginning", b""],
                         ids=["whole", "too long", "other", "empty"])
def test_whatever_was_left_behind_the_file_becomes_right(part, remote, directory):
    directory.mkdir(parents=True)
    (directory / "file.gz.part").write_bytes(part)
    assert fetch(remote, "file.gz", progress=False).read_bytes() == CONTENT
    assert not (directory / "file.gz.part").exists()


def test_a_spoilt_copy_on_disk_is_replaced(remote, directory):
    directory.mkdir(parents=True)
    (directory / "file.gz").write_bytes(b"spoilt")
    assert fetch(remote, "file.gz", progress=False).read_bytes() == CONTENT


def test_a_wrong_checksum_is_one_clear_message_and_nothing_is_kept(server, remote, directory):
    server.files["file.gz"] = b"something else"
    with pytest.raises(data.DownloadError) as error:
        fetch(remote, "file.gz", progress=False)
    assert str(error.value) == (
        f"somewhere: {server.url}file.gz is not the published file: its checksum is wrong, so it was not kept")
    assert {p.name for p in directory.iterdir()} <= {"file.gz.lock"}


@pytest.mark.parametrize(("status", "words"), [(503, "503 Service Unavailable"), (403, "403 Forbidden")])
def test_an_error_of_the_server_is_one_clear_message(status, words, server, remote):
    server.trouble = status
    with pytest.raises(data.DownloadError) as error:
        fetch(remote, "file.gz", progress=False)
    assert str(error.value) == f"somewhere: {server.url}file.gz: the server answers {words}"


def test_no_network_is_one_clear_message(remote):
    nobody = Remote("somewhere", ("http://127.0.0.1:9/",), remote.md5)        # port 9: nobody listens
    with pytest.raises(data.DownloadError) as error:
        fetch(nobody, "file.gz", progress=False)
    assert str(error.value) == "somewhere: http://127.0.0.1:9/file.gz cannot be reached: is there a network?"


def test_the_second_home_is_tried_when_the_first_fails(server, remote):
    two = Remote("somewhere", ("http://127.0.0.1:9/", server.url), remote.md5)
    assert fetch(two, "file.gz", progress=False).read_bytes() == CONTENT
    with pytest.raises(data.DownloadError, match=r"cannot be reached.*; .*missing\.gz: the server answers 404"):
        fetch(two, "missing.gz", progress=False)


def test_two_notebooks_at_once_share_one_download(server, remote):
    results = []
    threads = [threading.Thread(target=lambda: results.append(fetch(remote, "file.gz", progress=False).read_bytes()))
               for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert results == [CONTENT] * 4 and len(server.requests) == 1


def test_a_directory_that_cannot_be_made_is_one_clear_message(remote, tmp_path, monkeypatch):
    (tmp_path / "in the way").write_text("a file")
    monkeypatch.setenv("DL_COURSE_DATA", str(tmp_path / "in the way"))
    with pytest.raises(data.DownloadError, match=r"somewhere: cannot write to .*in the way"):
        fetch(remote, "file.gz", progress=False)


def test_the_bar_shows_the_file_and_how_much_of_it(remote, capsys):
    fetch(remote, "file.gz", progress=True)
    shown = capsys.readouterr().out
    assert "file.gz" in shown and "300.0/300.0 kB" in shown


def test_data_are_kept_in_the_course_or_where_the_variable_says(tmp_path, monkeypatch):
    assert data.data_directory() == tmp_path / "kept"
    monkeypatch.delenv("DL_COURSE_DATA")
    (tmp_path / "course" / "notebooks").mkdir(parents=True)
    (tmp_path / "course" / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path / "course" / "notebooks")
    assert data.data_directory() == tmp_path / "course" / "data"


def test_without_a_bar_nothing_is_printed(remote, capfd):
    fetch(remote, "file.gz", progress=False)
    assert capfd.readouterr() == ("", "")
