"""Small problems on the 2023 pitch days, written the way a coordinator would say them."""

from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from pitches.engine import Day, Interval, Juror, PlacedPitch, Problem, Proposal

BRUSSELS = ZoneInfo("Europe/Brussels")


def at(clock: str, day: int = 13) -> datetime:
    hour, minute = clock.split(":")
    return datetime(2023, 9, day, int(hour), int(minute), tzinfo=BRUSSELS)


def day(opens: str, closes: str, on: int = 13, *, reserve: bool = False) -> Day:
    return Day(at(opens, on), at(closes, on), reserve)


def span(start: str, end: str, on: int = 13) -> Interval:
    return Interval(at(start, on), at(end, on))


def proposal(key: str, **more) -> Proposal:
    return Proposal(key, more.pop("organisation", f"org-{key}"), **more)


def pitch(key: str, start: str, room: str = "A", jurors=("j1",), on: int = 13) -> PlacedPitch:
    begins = at(start, on)
    return PlacedPitch(key, begins, begins + timedelta(minutes=25), room, tuple(jurors))


def problem(**more) -> Problem:
    """One morning of four slots, one room, two jurors, quorum one, unless told otherwise."""
    given = {
        "days": (day("09:00", "11:00"),),
        "rooms": ("A",),
        "proposals": (proposal("p1"),),
        "jurors": (Juror("j1"), Juror("j2")),
        "quorum": 1,
    }
    return Problem(**{**given, **more})


def large(*, pitches: int, days: int, rooms: int, jurors: int, seed: int, quorum: int = 3) -> Problem:
    """A realistic call: some are away half a day, a tenth of juror-proposal pairs conflict."""
    random = Random(seed)
    hours = tuple(day("09:00", "17:00", 13 + n, reserve=n == days) for n in range(days + 1))

    def half_day() -> Interval:
        on = 13 + random.randrange(len(hours))
        return random.choice((span("09:00", "13:00", on), span("13:00", "17:00", on)))

    def sometimes(chance: float) -> tuple[Interval, ...]:
        return (half_day(),) if random.random() < chance else ()

    proposals = tuple(
        proposal(f"p{n:02}", busy=sometimes(0.4), rather_not=sometimes(0.4)) for n in range(pitches)
    )
    panel = tuple(
        Juror(
            f"j{n:02}",
            sometimes(0.2),
            frozenset(p.key for p in proposals if random.random() < 0.1),
        )
        for n in range(jurors)
    )
    names = tuple(f"Zaal {n + 1}" for n in range(rooms))
    return Problem(hours, names, proposals, panel, quorum)
