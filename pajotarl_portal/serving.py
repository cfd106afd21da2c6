"""How a request reaches the portal: whole, at an instant that is noted, without keeping a thread waiting.

gunicorn's threads read a body while the application runs, so eight people who send twenty megabytes over a
slow line would keep all eight threads. Here every body is read before the application starts, and one of
some size in a lane of its own on which no page waits. The instant at which its last byte reached this
machine goes along, as the kernel noted it: what a request then waits to be read, or for a free thread, does
not count against its sender; what its sender took does.
"""

import errno
import socket
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from selectors import EVENT_READ
from tempfile import SpooledTemporaryFile

from gunicorn.workers.gthread import TConn, ThreadWorker

ARRIVED = "portal.arrived"
SMALL = 64 * 1024
IN_MEMORY = 256 * 1024
LANE = 64
LARGEST = 210 * 1024 * 1024
TO_THE_LANE = object()
# Linux: note with each piece of data when it came in (socket(7), SO_TIMESTAMPNS; Python has no name for it).
SO_TIMESTAMPNS = 35
TIMESPEC = struct.Struct("@ll")
NOBODY_THERE = (errno.EAGAIN, errno.EWOULDBLOCK, errno.ECONNABORTED)


class StampedSocket(socket.socket):
    """A connection that tells when what was last read from it had reached this machine, as a Unix time."""

    arrived: float

    @classmethod
    def of(cls, client: socket.socket) -> "StampedSocket":
        stamped = cls(client.family, client.type, client.proto, client.detach())
        stamped.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        return stamped

    def recv(self, size, flags=0):
        data, notes, _, _ = self.recvmsg(size, socket.CMSG_SPACE(TIMESPEC.size), flags)
        self.arrived = time.time()
        for level, kind, stamp in notes:
            if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
                seconds, nanoseconds = TIMESPEC.unpack(stamp)
                self.arrived = seconds + nanoseconds / 1e9
        return data


class PortalWorker(ThreadWorker):
    """gunicorn's threaded worker, with a lane for bodies that take their time."""

    def init_process(self):
        self.lane = ThreadPoolExecutor(LANE, thread_name_prefix="lane")
        self.hand = threading.local()
        super().init_process()

    def load_wsgi(self):
        super().load_wsgi()
        portal = self.wsgi

        def with_the_whole_request(environ, start_response):
            environ["wsgi.input"], environ[ARRIVED] = self.hand.body, self.hand.arrived
            return portal(environ, start_response)

        self.wsgi = with_the_whole_request

    def accept(self, listener):
        """Wait for the first byte in the loop, which sees it at once, not in a thread of the pool."""
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno in NOBODY_THERE:
                return
            raise
        conn = TConn(self.cfg, StampedSocket.of(client), address, listener.getsockname())
        conn.body = None
        conn.set_timeout()
        self.nr_conns += 1
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def handle_request(self, req, conn):
        if conn.body is None and _is_large(req):
            conn.request = req
            return TO_THE_LANE
        if conn.body is None:
            self._take_in(conn, req)
        self.hand.body, self.hand.arrived, conn.body = conn.body, conn.sock.arrived, None
        with self.hand.body:
            return super().handle_request(req, conn)

    def _take_in(self, conn, req):
        """Read the body to its end. Raises OSError when it breaks off, or never seems to end."""
        conn.body = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - it outlives this thread
        if req._expected_100_continue:
            conn.sock.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            req._expected_100_continue = False
        while piece := req.body.read(SMALL):
            conn.body.write(piece)
            if conn.body.tell() > LARGEST:
                raise OSError(errno.ECONNRESET, "the body is larger than any file we take")
        conn.body.seek(0)

    def _keepalive_after(self, conn, keepalive):
        return keepalive if keepalive is TO_THE_LANE else super()._keepalive_after(conn, keepalive)

    def finish_request(self, conn, fs):
        if _result(fs) is TO_THE_LANE:
            read = self.lane.submit(self._take_in, conn, conn.request)
            read.add_done_callback(lambda done: self.method_queue.defer(self._after_the_lane, conn, done))
        else:
            super().finish_request(conn, fs)

    def _after_the_lane(self, conn, done):
        """Back to the pool with the whole request, or away with who broke off."""
        if done.cancelled() or done.exception():
            conn.body.close()
            self.nr_conns -= 1
            conn.close()
            return
        conn.parser = _Again(conn, conn.request)
        waiting = self.tpool.submit(super().handle, conn)
        waiting.add_done_callback(lambda fs: self.method_queue.defer(self.finish_request, conn, fs))


class _Again:
    """Gives the request that was read in the lane once more, then steps aside for the real parser."""

    def __init__(self, conn, request):
        self.conn, self.request, self.parser = conn, request, conn.parser

    def __next__(self):
        self.conn.parser = self.parser
        return self.request


def _is_large(req) -> bool:
    """More than fits in a few packets, or of a size that is not told beforehand."""
    told = {name: value for name, value in req.headers if name in ("CONTENT-LENGTH", "TRANSFER-ENCODING")}
    return "TRANSFER-ENCODING" in told or int(told.get("CONTENT-LENGTH", 0)) > SMALL


def _result(fs):
    return None if fs.cancelled() or fs.exception() else fs.result()
