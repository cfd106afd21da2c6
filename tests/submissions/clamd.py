"""A daemon that speaks clamd's INSTREAM on a real socket, and knows one virus: the EICAR test string."""

import contextlib
import socketserver
import struct
import threading

# In two parts, so that no scanner takes this file for the virus.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Session(socketserver.StreamRequestHandler):
    def handle(self):
        if self.rfile.read(len(b"zINSTREAM\0")) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        content = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            if len(content) + size > self.server.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
            content += self.rfile.read(size)
        found = b"Eicar-Test-Signature FOUND" if EICAR in content else b"OK"
        self.wfile.write(b"stream: " + found + b"\0")


class UnixDaemon(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


class TcpDaemon(socketserver.ThreadingTCPServer):
    daemon_threads = True


@contextlib.contextmanager
def listening(where, *, limit=25_000_000):
    """A daemon on `where`: the path of a socket, or ("127.0.0.1", 0). Gives the value of CLAMD_SOCKET."""
    server = (TcpDaemon if isinstance(where, tuple) else UnixDaemon)(where, Session)
    server.limit = limit
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{server.server_address[1]}" if isinstance(where, tuple) else f"unix://{where}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
