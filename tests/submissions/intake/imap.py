"""A real IMAP server (pymap) on loopback, with one mailbox."""

import contextlib
import subprocess
import sys
import time

from imapclient import IMAPClient

from tests.smtp import free_port

USER, PASSWORD = "kandidaturen", "geheim"


@contextlib.contextmanager
def mailbox():
    """Yield the port of a server that starts with an empty INBOX and ends with the block."""
    port = free_port()
    program = "import sys; from pymap.main import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    command += ["--no-service", "admin", "--no-service", "managesieve"]
    command += ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.kill()
        server.wait()


def _wait_for(port, server):
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError), client(port):
            return
        time.sleep(0.1)
    raise AssertionError("the IMAP server did not start")


@contextlib.contextmanager
def client(port):
    with IMAPClient("127.0.0.1", port=port, ssl=False) as server:
        server.login(USER, PASSWORD)
        yield server


def put(port, *messages):
    with client(port) as server:
        for message in messages:
            content = message if isinstance(message, bytes) else message.as_bytes()
            server.append("INBOX", content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def count(port, folder) -> int:
    with client(port) as server:
        return server.folder_status(folder, ["MESSAGES"])[b"MESSAGES"]
