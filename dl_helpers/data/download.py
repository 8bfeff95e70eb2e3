"""Files from the network: fetched once, checked, kept, and continued where a download was cut off."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["DownloadError", "data_directory"]

_CONNECT_AND_READ_SECONDS = (10, 30)
_CHUNK = 4096       # bytes; a cut connection loses the chunk that it cuts, and no more


class DownloadError(OSError):
    """A file could not be had; the message says why, and what to do."""


@dataclass(frozen=True)
class Remote:
    """Files with a home on the network. name: also that of their directory; urls: homes, tried in order; md5: by file name."""

    name: str
    urls: tuple[str, ...]
    md5: dict[str, str]


def data_directory():
    """Where downloads are kept: $DL_COURSE_DATA, or else data/ in the course's directory (above the notebooks)."""
    if given := os.environ.get("DL_COURSE_DATA"):
        return Path(given).expanduser()
    here = Path.cwd()
    course = (d for d in (here, *here.parents) if (d / "nbgrader_config.py").exists() or (d / "pyproject.toml").exists())
    return next(course, here) / "data"


def fetch(remote, file, progress=True):
    """The path of a file of a Remote, downloaded unless it is already there and whole.

    A copy on disk whose checksum is wrong is fetched again. A download that was cut off leaves FILE.part, which the
    next call continues. Raises DownloadError when no home of the file delivers it.
    """
    from filelock import FileLock

    directory, problems = data_directory() / remote.name, []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with FileLock(directory / f"{file}.lock"):           # two notebooks may ask at once
            for url in remote.urls:
                try:
                    return _retrieve(url + file, remote.md5[file], directory / file, progress)
                except DownloadError as error:
                    problems.append(str(error))
    except OSError as error:
        raise DownloadError(f"{remote.name}: cannot write to {directory}: {error.strerror or error}") from error
    raise DownloadError(f"{remote.name}: " + "; ".join(problems))


def _retrieve(url, md5, path, progress):
    import pooch

    pooch.get_logger().setLevel("WARNING")                   # the bar says already what is being downloaded
    part = path.with_name(f"{path.name}.part")
    continued = part.exists()
    try:
        return Path(pooch.retrieve(url, f"md5:{md5}", path.name, path.parent, downloader=Resume(part, progress)))
    except ValueError as error:                              # pooch's word for a wrong checksum; it has removed the file
        if continued:                                        # what lay there was the beginning of another file: start afresh
            return _retrieve(url, md5, path, progress)
        raise DownloadError(f"{url} is not the published file: its checksum is wrong, so it was not kept") from error


class Resume:
    """A downloader for pooch that keeps what has arrived in a .part file, and asks for the rest only (HTTP Range).

    part: path of that file; progress: whether to show a bar. pooch's own downloader begins again at every call.
    """

    def __init__(self, part, progress=True):
        self.part, self.progress = part, progress

    def __call__(self, url, output_file, pooch, check_only=False):
        import requests

        try:
            self._complete(url)
        except requests.HTTPError as error:
            answer = error.response
            raise DownloadError(f"{url}: the server answers {answer.status_code} {answer.reason}") from error
        except (requests.ConnectionError, requests.Timeout) as error:
            raise DownloadError(f"{url} cannot be reached: is there a network?") from error
        except requests.RequestException as error:
            raise DownloadError(f"{url}: {error}") from error
        os.replace(self.part, output_file)

    def _arrived(self):
        return self.part.stat().st_size if self.part.exists() else 0

    def _complete(self, url):
        """Bring the .part file to its full length."""
        import requests

        start = self._arrived()
        # Without compression on the way, so that the bytes counted are those of the file.
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
        with requests.get(url, headers=headers, stream=True, timeout=_CONNECT_AND_READ_SECONDS) as response:
            if response.status_code == 416:                  # nothing lies behind what we have
                if response.headers.get("Content-Range", "") != f"bytes */{start}":
                    self.part.unlink()
                    self._complete(url)
                return
            response.raise_for_status()
            if not _continues_at(start, response):
                start = 0                                    # the server sends the file from its beginning
            try:
                self._receive(url, response, start)
            except requests.RequestException as error:
                kept = f"{self._arrived():,} bytes are kept"
                raise DownloadError(f"the download of {url} was cut off; {kept}, call again to continue") from error

    def _receive(self, url, response, start):
        size = int(response.headers["Content-Length"]) + start if "Content-Length" in response.headers else None
        with open(self.part, "ab" if start else "wb") as file, _bar(self.progress, url, start, size) as advance:
            for chunk in response.iter_content(_CHUNK):
                file.write(chunk)
                advance(len(chunk))


def _continues_at(start, response):
    begin = re.match(r"bytes (\d+)-", response.headers.get("Content-Range", ""))
    return response.status_code == 206 and begin is not None and int(begin[1]) == start


class _bar:
    """A progress bar over a download: `with _bar(...) as advance: advance(bytes)`."""

    def __init__(self, shown, url, start, size):
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

        columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn()
        self.progress = Progress(*columns, disable=not shown)
        self.task = self.progress.add_task(url.rsplit("/", 1)[-1], total=size, completed=start)

    def __enter__(self):
        self.progress.start()
        return lambda count: self.progress.advance(self.task, count)

    def __exit__(self, *_):
        self.progress.stop()
