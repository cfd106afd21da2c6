"""The cheapest client there is: one loop, raw sockets, bytes that were made before.

What the load generator burns, the portal beside it on the same cores can't use.
"""

import errno
import heapq
import resource
import select
import socket
import time
from itertools import count

PIECE = 64 * 1024


class Wire:
    """Sends requests to `port`, each over a connection of its own, and calls at appointed moments."""

    def __init__(self, port: int):
        self.port, self.poll, self.open = port, select.epoll(), {}
        self.agenda, self.ties = [], count()
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    def at(self, moment: float, call, *args):
        """Have `call(*args)` called at `moment` on the monotonic clock."""
        heapq.heappush(self.agenda, (moment, next(self.ties), call, args))

    def ask(self, request: bytes, then):
        """Send `request` and call `then(answer)` with all that came back; nothing when the line broke."""
        line = socket.socket()
        line.setblocking(False)
        failed = line.connect_ex(("127.0.0.1", self.port))
        if failed not in (0, errno.EINPROGRESS):
            line.close()
            then(b"")
            return
        self.open[line.fileno()] = [line, memoryview(request), [], then]
        self.poll.register(line, select.EPOLLOUT)

    def run(self):
        """Until nothing is appointed and nothing is open."""
        while self.agenda or self.open:
            for number, _event in self.poll.poll(self._patience()):
                self._serve(number)
            now = time.monotonic()
            while self.agenda and self.agenda[0][0] <= now:
                _moment, _tie, call, args = heapq.heappop(self.agenda)
                call(*args)

    def _patience(self) -> float:
        return max(0.0, self.agenda[0][0] - time.monotonic()) if self.agenda else -1

    def _serve(self, number: int):
        exchange = self.open[number]
        line, left, answer, then = exchange
        try:
            if left:
                exchange[1] = left[line.send(left) :]
                if not exchange[1]:
                    self.poll.modify(line, select.EPOLLIN)
                return
            piece = line.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            answer.clear()
            piece = b""
        answer.append(piece)
        if not piece:
            del self.open[number]
            line.close()
            then(b"".join(answer))
