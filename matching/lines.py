"""A child process that writes JSON lines: heard as they come, killed when nobody listens any more."""

import json
import os
import selectors
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence

EVERY = 0.5


class Lines:
    """Start `command` with `send` on its standard input; on leaving the block it is gone."""

    def __init__(self, command: Sequence[str], *, send: str, cwd):
        self._command, self._send, self._cwd = command, send, cwd
        self.errors = ""

    def __enter__(self):
        self._input, self._errors = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self._input.write(self._send.encode())
        self._input.seek(0)
        self._process = subprocess.Popen(
            self._command, cwd=self._cwd, stdin=self._input, stdout=subprocess.PIPE, stderr=self._errors
        )
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()
        self._errors.seek(0)
        self.errors = self._errors.read().decode(errors="replace")
        self._input.close()
        self._errors.close()

    def until(self, moment: float) -> Iterator[dict | None]:
        """Every line as a JSON value, and None each half second without one, until the process ends
        or `moment` (`time.monotonic`) has come."""
        pipe, rest = self._process.stdout.fileno(), b""
        with selectors.DefaultSelector() as waiting:
            waiting.register(pipe, selectors.EVENT_READ)
            while (left := moment - time.monotonic()) > 0:
                if not waiting.select(min(EVERY, left)):
                    yield None
                    continue
                if not (read := os.read(pipe, 65536)):
                    return
                *whole, rest = (rest + read).split(b"\n")
                yield from map(json.loads, whole)
