"""A mail server that takes everything in and keeps nothing: its own work should not be what is measured.

.venv/bin/python -m benchmarks.rush.sink PORT
"""

import asyncio
import sys

ANSWERS = {b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}


class Session(asyncio.Protocol):
    """One SMTP session: a word and its answer, or a mail up to the point on a line of its own."""

    def connection_made(self, transport):
        self.transport, self.heard, self.is_mail = transport, b"", False
        transport.write(b"220 here\r\n")

    def data_received(self, data):
        self.heard += data
        while (end := b"\r\n.\r\n" if self.is_mail else b"\r\n") in self.heard:
            said, _end, self.heard = self.heard.partition(end)
            word = b"" if self.is_mail else said[:4].upper()
            self.is_mail = word == b"DATA"
            self.transport.write(ANSWERS.get(word, b"250 ok\r\n"))


async def serve(port: int):
    server = await asyncio.get_running_loop().create_server(Session, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
