"""The web server itself, as a process, with one process of two threads: who is slow keeps nobody waiting."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress

import pytest

LINES = {"worker_class": "pajotarl_portal.serving.PortalWorker", "workers": "1", "threads": "2"}


@pytest.fixture(scope="module")
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    options = [f"--{name.replace('_', '-')}={value}" for name, value in LINES.items()]
    command = [sys.executable, "-m", "gunicorn", *options, f"--bind=127.0.0.1:{number}", "tests.portal.echo"]
    server = subprocess.Popen(command, env={**os.environ, "GUNICORN_CMD_ARGS": "--log-level=error"})
    for _ in range(600):
        with suppress(OSError), socket.create_connection(("127.0.0.1", number)):
            break
        time.sleep(0.1)
    yield number
    server.send_signal(signal.SIGTERM)
    server.wait(30)


def ask(port, *, body=b"", path="/", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST" if body else "GET", path, body=body or None, headers=headers)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


@pytest.fixture
def half_of(port):
    """Opens connections on which half of a body was sent, and the other half not yet."""
    with ExitStack() as lines:

        def open_line(size):
            line = lines.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))
            head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n"
            line.sendall(head.encode() + bytes(size // 2))
            return line

        yield open_line


def answer_on(line):
    with closing(http.client.HTTPResponse(line)) as response:
        response.begin()
        return json.loads(response.read())


@pytest.mark.parametrize("size", [0, 1, 64 * 1024, 64 * 1024 + 1, 3_000_000])
def test_body_arrives_whole_whatever_its_size(port, size):
    assert ask(port, body=bytes(size))["size"] == size


def test_body_of_untold_size_arrives_whole(port):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("POST", "/", body=iter([bytes(100_000)] * 3), encode_chunked=True)

        assert json.loads(connection.getresponse().read())["size"] == 300_000


def test_sender_who_asks_first_is_told_to_go_on(port):
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n")

        told = line.recv(100)
        line.sendall(bytes(100_000))

        assert told == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert answer_on(line)["size"] == 100_000


def test_connection_is_used_again_after_a_large_body(port):
    sizes = []
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        for size in (200_000, 10, 200_000):
            connection.request("POST", "/", body=bytes(size))
            sizes.append(json.loads(connection.getresponse().read())["size"])

    assert sizes == [200_000, 10, 200_000]


def test_slow_uploads_keep_no_page_waiting(port, half_of):
    slow = [half_of(1_000_000) for _ in range(12)]

    page = ask(port)
    for line in slow:
        line.sendall(bytes(500_000))
    uploads = [answer_on(line)["size"] for line in slow]

    assert page["size"] == 0
    assert uploads == [1_000_000] * 12


def test_who_breaks_off_leaves_the_others_alone(port, half_of):
    for line in [half_of(1_000_000) for _ in range(12)]:
        line.close()

    assert ask(port, body=bytes(200_000))["size"] == 200_000


def test_waiting_for_a_free_thread_does_not_count_as_arriving_late(port, tmp_path):
    began, until = [tmp_path / "began-0", tmp_path / "began-1"], tmp_path / "until"
    with ThreadPoolExecutor(3) as pool:
        busy = [pool.submit(ask, port, path=f"/?began={each}&until={until}") for each in began]
        while not all(each.exists() for each in began):
            time.sleep(0.01)
        sent = time.time()
        waiting = pool.submit(ask, port, body=b"x")
        time.sleep(2)
        released = time.time()
        until.touch()
        answers = [each.result() for each in (*busy, waiting)]

    assert sent <= answers[2]["arrived"] < released <= answers[2]["began"]


@pytest.mark.parametrize("size", [1000, 200_000])
def test_request_arrives_with_its_last_byte(half_of, size):
    line = half_of(size)
    time.sleep(1)
    last = time.time()
    line.sendall(bytes(size - size // 2))

    assert answer_on(line)["arrived"] >= last
