"""One pitch day as a picture: rooms beside each other, time from top to bottom, in SVG units."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.utils.text import Truncator

AXIS, HEAD, FOOT, COLUMN, GUTTER = 58, 34, 8, 300, 10
PER_MINUTE = 2.3
LETTERS = 38
TICK = timedelta(minutes=30)


@dataclass(frozen=True)
class Block:
    """A pitch in the picture; `url` where one may act on it."""

    x: int
    y: int
    width: int
    height: int
    tone: str
    hours: str
    title: str
    reference: str
    url: str = ""


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    columns: tuple[tuple[int, str], ...]
    ticks: tuple[tuple[int, str], ...]
    closed: tuple[tuple[int, int], ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Entry:
    """What the picture shows of one pitch, in the call's own zone."""

    start: datetime
    end: datetime
    room: str
    title: str
    reference: str
    tone: str = ""
    url: str = ""


def drawn(entries: list[Entry], *, rooms: list[str], hours: list[tuple[datetime, datetime]]) -> Drawing:
    """The picture of one date: `hours` are its opening hours, of which there may be several."""
    opens = min([start for start, _ in hours] + [entry.start for entry in entries])
    closes = max([end for _, end in hours] + [entry.end for entry in entries])
    names = [*rooms, *sorted({entry.room for entry in entries} - set(rooms))]
    left = {name: AXIS + number * (COLUMN + GUTTER) for number, name in enumerate(names)}

    def y(moment: datetime) -> int:
        return HEAD + round((moment - opens).total_seconds() / 60 * PER_MINUTE)

    return Drawing(
        width=AXIS + len(names) * (COLUMN + GUTTER),
        height=y(closes) + FOOT,
        columns=tuple((left[name], name) for name in names),
        ticks=tuple((y(tick), f"{tick:%H:%M}") for tick in _ticks(opens, closes)),
        closed=tuple((y(end), y(start) - y(end)) for end, start in _gaps(hours)),
        blocks=tuple(_block(entry, left[entry.room], y) for entry in entries),
    )


def _block(entry: Entry, x: int, y) -> Block:
    return Block(
        x=x,
        y=y(entry.start),
        width=COLUMN,
        height=y(entry.end) - y(entry.start),
        tone=entry.tone,
        hours=f"{entry.start:%H:%M}–{entry.end:%H:%M}",
        title=Truncator(entry.title).chars(LETTERS),
        reference=entry.reference,
        url=entry.url,
    )


def _ticks(opens: datetime, closes: datetime):
    tick = opens.replace(minute=0 if opens.minute < 30 else 30, second=0)
    while tick <= closes:
        if tick >= opens:
            yield tick
        tick += TICK


def _gaps(hours):
    ordered = sorted(hours)
    for (_, end), (start, _) in pairwise(ordered):
        if end < start:
            yield end, start
