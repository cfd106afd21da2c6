"""A PDF that is written as it grows: what was written is on disk, only where it stands is remembered.

Libraries hold every object of a file until they save it, so a bundle of many chapters would need as much
memory as it has pages. Here one chapter is in memory at a time. Objects go into object streams, their places
into a cross-reference stream (ISO 32000-1, 7.5.7 and 7.5.8).
"""

import re
import zlib
from collections.abc import Iterable
from typing import BinaryIO

from pikepdf import Dictionary, Name, Object, Pdf, Stream

HEAD = b"%PDF-1.7\n%\xbf\xf7\xa2\xfe\n"
PER_STREAM = 100
FREE, AT, PACKED = 0, 1, 2
PLACE = (1, 5, 2)

# Strings and names are passed over, so that nothing in them is taken for a reference.
REFERENCE = re.compile(
    rb"\((?:[^\\()]|\\.)*\)|<[0-9A-Fa-f]*>|/[^\s/\[\]()<>]*|(?<![\d.])(\d+) \d+ R\b", re.DOTALL
)


def reference(number: int) -> bytes:
    return b"%d 0 R" % number


def array(numbers: Iterable[int]) -> bytes:
    """References to the objects with these numbers."""
    return b"[ " + b" ".join(map(reference, numbers)) + b" ]"


class PdfFile:
    """Numbered objects, written to `out` in any order; equal objects give equal bytes."""

    def __init__(self, out: BinaryIO):
        self.out = out
        self._places = bytearray()
        self._packing: list[tuple[int, bytes]] = []
        self._stand(self.number(), FREE, 0, 0xFFFF)
        out.write(HEAD)

    def number(self) -> int:
        """A number for an object that is written later."""
        self._places += bytes(sum(PLACE))
        return len(self._places) // sum(PLACE) - 1

    def put(self, number: int, body: bytes) -> int:
        """Write an object that is no stream; returns its number."""
        self._packing.append((number, body))
        if len(self._packing) == PER_STREAM:
            self._pack()
        return number

    def add(self, body: bytes) -> int:
        """Write an object that has no number yet; returns the one it gets."""
        return self.put(self.number(), body)

    def put_stream(self, number: int, entries: bytes, pieces: Iterable[bytes], *, length: int) -> None:
        """Write a stream of `length` bytes; `entries` are those of its dictionary, without /Length."""
        self._stand(number, AT, self.out.tell(), 0)
        self.out.write(b"%d 0 obj\n<< %s /Length %d >>\nstream\n" % (number, entries, length))
        for piece in pieces:
            self.out.write(piece)
        self.out.write(b"\nendstream\nendobj\n")

    def finish(self, *, root: int, info: int, identifier: bytes) -> None:
        """Write what is still to be packed, and where everything stands."""
        self._pack()
        number, start = self.number(), self.out.tell()
        self._stand(number, AT, start, 0)
        places = zlib.compress(bytes(self._places), 9)
        entries = (
            b"/Type /XRef /Size %d /W [ %d %d %d ] /Root %s /Info %s /ID [ %s %s ] /Filter /FlateDecode"
            % ((number + 1, *PLACE, reference(root), reference(info), identifier, identifier))
        )
        self.put_stream(number, entries, [places], length=len(places))
        self.out.write(b"startxref\n%d\n%%%%EOF\n" % start)

    def _pack(self) -> None:
        if not self._packing:
            return
        stream, heads, at = self.number(), [], 0
        for index, (number, body) in enumerate(self._packing):
            self._stand(number, PACKED, stream, index)
            heads.append(b"%d %d" % (number, at))
            at += len(body) + 1
        head = b" ".join(heads) + b"\n"
        content = zlib.compress(head + b"\n".join(body for _number, body in self._packing))
        entries = b"/Type /ObjStm /N %d /First %d /Filter /FlateDecode" % (len(heads), len(head))
        self._packing = []
        self.put_stream(stream, entries, [content], length=len(content))

    def _stand(self, number: int, *place: int) -> None:
        at = number * sum(PLACE)
        written = b"".join(value.to_bytes(width, "big") for value, width in zip(place, PLACE, strict=True))
        self._places[at : at + sum(PLACE)] = written


class Copy:
    """Copies objects of `source` into `file`, with all they refer to, each once."""

    def __init__(self, file: PdfFile, source: Pdf):
        self.file = file
        self.source = source
        self._numbers: dict[int, int] = {}
        self._waiting: list[int] = []

    def stands_for(self, thing: Object, number: int) -> None:
        """References to `thing` become references to `number`; the thing itself is not copied."""
        self._numbers[thing.objgen[0]] = number

    def foreign(self, number: int) -> Object:
        """Something to refer to in `source` that becomes a reference to `number`."""
        thing = self.source.make_indirect(Dictionary())
        self.stands_for(thing, number)
        return thing

    def take(self, thing: Object) -> int:
        """Have `thing` copied; returns its number in the file."""
        return self._number_of(thing.objgen[0])

    def body(self, thing) -> bytes:
        """How `thing` is written in the file."""
        if isinstance(thing, Object):
            return REFERENCE.sub(self._renumbered, thing.unparse(resolved=True))
        if thing is None:
            return b"null"
        return (str(thing).lower() if isinstance(thing, bool | int) else f"{thing:f}").encode()

    def write(self) -> None:
        """Write what was taken and everything it refers to."""
        while self._waiting:
            old = self._waiting.pop()
            self._write(self._numbers[old], self.source.get_object(old, 0))

    def _write(self, number: int, thing) -> None:
        if not isinstance(thing, Stream):
            self.file.put(number, self.body(thing))
            return
        facts = Dictionary({key: value for key, value in thing.stream_dict.items() if key != "/Length"})
        content = thing.read_raw_bytes()
        if "/Filter" not in facts and facts.get("/Type") != "/Metadata":
            facts["/Filter"] = Name.FlateDecode
            content = zlib.compress(content)
        entries = self.body(facts).removeprefix(b"<<").removesuffix(b">>").strip()
        self.file.put_stream(number, entries, [content], length=len(content))

    def _renumbered(self, found: re.Match) -> bytes:
        if found[1] is None:
            return found[0]
        return reference(self._number_of(int(found[1])))

    def _number_of(self, old: int) -> int:
        if old not in self._numbers:
            self._numbers[old] = self.file.number()
            self._waiting.append(old)
        return self._numbers[old]
