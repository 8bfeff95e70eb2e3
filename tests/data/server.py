"""A web server on localhost with the manners and the troubles of the real ones, and small files in the real formats."""

import gzip
import hashlib
import io
import re
import tarfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np


class Server:
    """files: path -> bytes. requests: what was asked for, as (path, Range header).

    trouble: None, a status code to answer with, "cut" (close the connection half-way, once), or "no ranges".
    """

    def __init__(self, files):
        self.files, self.requests, self.trouble = files, [], None

    @contextmanager
    def running(self):
        http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        thread = threading.Thread(target=http.serve_forever, kwargs=dict(poll_interval=0.01), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{http.server_port}/"
        try:
            yield self
        finally:
            http.shutdown()
            http.server_close()
            thread.join()

    def _handler(server):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                wanted = self.headers.get("Range")
                server.requests.append((self.path[1:], wanted))
                content = server.files.get(self.path[1:])
                if content is None or isinstance(server.trouble, int):
                    return self.send_error(server.trouble or 404)
                start = int(re.match(r"bytes=(\d+)-", wanted)[1]) if wanted and server.trouble != "no ranges" else 0
                if start and start >= len(content):
                    self.send_response(416)
                    self.send_header("Content-Range", f"bytes */{len(content)}")
                    self.send_header("Content-Length", "0")
                    return self.end_headers()
                self.send_response(206 if start else 200)
                if start:
                    self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
                self.send_header("Content-Length", str(len(content) - start))
                self.end_headers()
                end = len(content)
                if server.trouble == "cut":
                    server.trouble, end = None, start + (len(content) - start) // 2
                self.wfile.write(content[start:end])

            def log_message(self, *_):
                pass

        return Handler


def md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def idx(array):
    """An array of uint8 in the format of MNIST: magic number, sizes, bytes; gzipped."""
    sizes = b"".join(n.to_bytes(4, "big") for n in array.shape)
    return gzip.compress(bytes([0, 0, 8, array.ndim]) + sizes + array.astype(np.uint8).tobytes(), mtime=0)


def cifar_batch(images, labels):
    """A pickle as Python 2 wrote it into the CIFAR-10 archive, opcode by opcode: {"data": uint8 (N, 3072), "labels": list}."""
    n = len(images)
    array = (b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(K\x00tU\x01btR(K\x01(K" + bytes([n]) + b"M\x00\x0ct"
             b"cnumpy\ndtype\n(U\x02u1K\x00K\x01tR(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89"
             b"T" + (n * 3072).to_bytes(4, "little") + images.astype(np.uint8).tobytes() + b"tb")
    return b"\x80\x02}(U\x04data" + array + b"U\x06labels](" + b"".join(b"K" + bytes([int(y)]) for y in labels) + b"eu."


def tar_gz(files):
    """A gzipped tar archive of files: name -> bytes."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()
