"""Uploaded files may stand in S3-compatible storage: over the real protocol, to a server on loopback."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

KEEP = """
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
first = default_storage.save("map/bijlage.txt", ContentFile(b"een bijlage"))
second = default_storage.save("map/bijlage.txt", ContentFile(b"een andere"))
print(default_storage.open(first).read(), first != second)
"""


class Bucket(BaseHTTPRequestHandler):
    """As much of S3 as keeping files takes: PUT, GET and HEAD of an object."""

    def do_PUT(self):
        self.server.objects[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.keys.add(self.headers["Authorization"].split("Credential=")[1].split("/")[0])
        self.answer(200)

    def do_GET(self):
        content = self.server.objects.get(self.path)
        self.answer(404 if content is None else 200, content or b"")

    do_HEAD = do_GET

    def answer(self, status, content=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_):
        pass


@pytest.fixture
def bucket():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    server.objects, server.keys = {}, set()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_files_stand_in_the_bucket_when_one_is_set(portal, bucket):
    result = portal.manage(
        "shell",
        "--no-imports",
        "--command",
        KEEP,
        S3_BUCKET="portaal",
        S3_ENDPOINT=f"http://127.0.0.1:{bucket.server_port}",
        S3_REGION="eu-west-1",
        S3_ACCESS_KEY="sleutel",
        S3_SECRET_KEY="geheim",
    )

    assert (result.stdout, result.stderr) == ("b'een bijlage' True\n", "")
    assert sorted(bucket.objects.values()) == [b"een andere", b"een bijlage"]
    assert "/portaal/map/bijlage.txt" in bucket.objects
    assert bucket.keys == {"sleutel"}


def test_files_stand_in_the_data_folder_otherwise(portal):
    result = portal.manage("shell", "--no-imports", "--command", KEEP)

    assert result.stdout == "b'een bijlage' True\n"
    assert (portal.data / "uploads" / "map" / "bijlage.txt").read_bytes() == b"een bijlage"
