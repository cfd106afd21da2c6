"""Wall time in the call's zone to instants, and a whole file to another edition."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from challenges.call_file.problems import CallRefused, Problem, refuse
from challenges.call_file.schema import CallFile, Milestone

YEAR = re.compile(r"\b(?:19|20|21)\d\d\b")
LEAP_DAY = (2, 29)


@dataclass(frozen=True)
class Moments:
    """A milestone's interval as instants, with what is said of it in public."""

    kind: str
    starts: datetime | None
    until: datetime | None
    closes: datetime | None = None
    reserve: list[date] = field(default_factory=list)
    says: str = ""


def to_edition(document: CallFile, edition: int) -> CallFile:
    """`document` with every date in the same place of the year `edition`, wall times unchanged.

    On 29 February an interval starts a day earlier or ends a day later in a year without that day.
    Raises CallRefused for a year outside 2000-2100.
    """
    if not 2000 <= edition <= 2100:
        refuse(
            _("%s is not an edition.") % edition,
            _("Give a year from 2000 to 2100."),
            place="call.edition",
        )
    years = edition - document.call.edition
    if not years:
        return document
    zone = ZoneInfo(document.call.timezone)
    call = document.call.model_copy(update=_call_of(document.call, edition, years))
    moved = [_moved(milestone, years, zone) for milestone in document.milestones]
    return document.model_copy(update={"call": call, "milestones": moved})


def _call_of(call, edition: int, years: int) -> dict:
    texts = {name: _said(getattr(call, name), years) for name in ("title", "headline", "introduction")}
    moved = {"edition": edition, "slug": _slug(call, edition), "title": texts["title"]}
    moved |= {name: text for name, text in texts.items() if text}
    if call.keep_until:
        moved["keep_until"] = _in_year(call.keep_until, call.keep_until.year + years, otherwise=(3, 1))
    return moved


def _slug(call, edition: int) -> str:
    old = str(call.edition)
    return call.slug.replace(old, str(edition)) if old in call.slug else f"{call.slug}-{edition}"


def _said(text: str, years: int) -> str:
    return YEAR.sub(lambda match: str(int(match[0]) + years), text)


def _moved(milestone: Milestone, years: int, zone: ZoneInfo) -> Milestone:
    starts, until, closes = (_wall(m, zone) for m in (milestone.starts, milestone.until, milestone.closes))
    leaps = any(moment and _is_leap_day(moment) for moment in (starts, until, closes, *milestone.reserve))
    return milestone.model_copy(
        update={
            "starts": starts and _in_year(starts, starts.year + years, otherwise=(2, 28)),
            "until": until and _in_year(until, until.year + years, otherwise=(3, 1)),
            "closes": closes and _in_year(closes, closes.year + years, otherwise=(2, 28)),
            "reserve": [_in_year(day, day.year + years, otherwise=(3, 1)) for day in milestone.reserve],
            # A text that names 29 February would lie; without one the dates speak for themselves.
            "says": "" if leaps else _said(milestone.says, years),
        }
    )


def _wall(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone(zone).replace(tzinfo=None)


def _is_leap_day(day: date) -> bool:
    return (day.month, day.day) == LEAP_DAY


def _in_year(day, year: int, *, otherwise: tuple[int, int]):
    try:
        return day.replace(year=year)
    except ValueError:
        month, number = otherwise
        return day.replace(year=year, month=month, day=number)


def instants(document: CallFile) -> list[Moments]:
    """The milestones as instants in UTC. Raises CallRefused for wall times the clock skips or repeats."""
    zone = ZoneInfo(document.call.timezone)
    problems = list(_clock_problems(document.milestones, zone))
    if problems:
        raise CallRefused(problems)
    return [
        Moments(
            kind=milestone.kind,
            starts=_instant(milestone.starts, zone),
            until=_instant(milestone.until, zone),
            closes=_instant(milestone.closes, zone),
            reserve=sorted(set(milestone.reserve)),
            says=milestone.says,
        )
        for milestone in document.milestones
    ]


def _instant(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _clock_problems(milestones, zone) -> Iterator[Problem]:
    for index, milestone in enumerate(milestones):
        moments = {"from": milestone.starts, "until": milestone.until, "closes": milestone.closes}
        for key, moment in moments.items():
            if moment and not moment.tzinfo and _is_unclear(moment, zone):
                yield Problem(
                    f"milestones[{index}].{key}",
                    _("At this hour the clock changes: it does not exist, or exists twice."),
                    _("Choose another hour, or write the offset too, like 2023-10-29T02:30+02:00."),
                )


def _is_unclear(wall: datetime, zone: ZoneInfo) -> bool:
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return first.utcoffset() != second.utcoffset()
