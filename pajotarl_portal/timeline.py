"""The geometry of the call's timeline: milestones in, coordinates and short texts out."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from journal.templatetags import moments

WIDTH, LEFT, RIGHT = 1120, 40, 1080
LABEL_TOP, LINE, LANE = 108, 18, 44
LETTER = 6.5
SHORTEST = 14
MINUTE = timedelta(minutes=1)


@dataclass
class Phase:
    """One milestone on the line: a bar from `x` over `length`, or a stop at `x`."""

    kind: str
    label: str
    when: str
    says: str
    x: int
    length: int
    stop: bool
    state: str
    done: int = 0
    lane: int = 0
    anchor: str = "middle"
    text_x: int = 0

    @property
    def middle(self) -> int:
        return round(self.x + self.length / 2)

    @property
    def text_y(self) -> int:
        return LABEL_TOP + self.lane * LANE

    @property
    def when_y(self) -> int:
        return self.text_y + LINE

    @property
    def line_end(self) -> int:
        return self.text_y - 14

    @property
    def state_in_words(self) -> str:
        return {"past": _("over"), "current": _("now"), "future": _("still to come")}[self.state]

    @property
    def span(self) -> tuple[float, float]:
        """Where its two lines of text begin and end."""
        width = LETTER * max(len(self.label), len(self.when))
        left = {"start": self.text_x, "middle": self.text_x - width / 2, "end": self.text_x - width}
        return left[self.anchor], left[self.anchor] + width


@dataclass
class Drawing:
    phases: list[Phase]
    here: int
    today: str
    today_in_full: str
    width: int = WIDTH
    track: int = RIGHT - LEFT + 14
    entries: list[dict] = field(default_factory=list)

    @property
    def height(self) -> int:
        return LABEL_TOP + LINE + 8 + LANE * max((phase.lane for phase in self.phases), default=0)

    @property
    def here_text(self) -> int:
        return min(max(self.here, 60), WIDTH - 60)


def drawn(milestones, *, at: datetime) -> Drawing:
    """Place `milestones` (in order; `starts` and `until` aware) and the moment `at` on one line."""
    milestones = [milestone for milestone in milestones if milestone.until]
    scale = _scale(milestones, at)
    phases = [_phase(milestone, scale, at) for milestone in milestones]
    _place_labels(phases)
    local = timezone.localtime(at)
    drawing = Drawing(phases, scale(at), date_format(local, _("j F")), moments.moment(at))
    drawing.entries = _entries(phases)
    return drawing


def _scale(milestones, at):
    """A function from a moment to an x, clamped to the line."""
    ends = [moment for one in milestones for moment in (one.starts, _end(one)) if moment] or [at]
    first, length = min(ends), (max(ends) - min(ends)) or MINUTE

    def x(moment: datetime) -> int:
        share = min(max((moment - first) / length, 0), 1)
        return round(LEFT + share * (RIGHT - LEFT))

    return x


def _phase(milestone, scale, at: datetime) -> Phase:
    stop = milestone.starts is None
    left = scale(milestone.until if stop else milestone.starts)
    length = 0 if stop else max(scale(_end(milestone)) - left, SHORTEST)
    state = _state(milestone, at)
    return Phase(
        kind=milestone.kind,
        label=str(milestone.get_kind_display()),
        when=_when(milestone),
        says=_says(milestone),
        x=left,
        length=length,
        stop=stop,
        state=state,
        done=max(min(scale(at) - left, length), 0) if state == "current" and not stop else 0,
    )


def _end(milestone) -> datetime:
    """Its end, or the later one that holds since it was moved for everyone."""
    return max(milestone.until, milestone.extended_until or milestone.until)


def _says(milestone) -> str:
    """The call's own words, where they still hold and in the language they were written in."""
    holds = _end(milestone) == milestone.until and get_language() == settings.LANGUAGE_CODE
    return (holds and milestone.says) or _when(milestone)


def _state(milestone, at: datetime) -> str:
    if _end(milestone) <= at:
        return "past"
    return "current" if milestone.starts and milestone.starts <= at else "future"


def _when(milestone) -> str:
    """`23 juni tot 1 september, 23u59`, `4–8 sep`, `13 (14, 15) sep` or `vóór 6 okt`."""
    last = timezone.localtime(_end(milestone) - MINUTE)
    if milestone.starts is None:
        return _("before %(day)s") % {"day": date_format(timezone.localtime(milestone.until), _("j M"))}
    first = timezone.localtime(milestone.starts)
    if first.date() == last.date():
        return f"{last.day}{_reserve(milestone)} {date_format(last, 'M').lower()}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{last.day} {date_format(last, 'M').lower()}"
    return _("%(first)s to %(last)s") % {
        "first": date_format(first, _("j F")),
        "last": f"{date_format(last, _('j F'))}, {moments.hour(last)}",
    }


def _reserve(milestone) -> str:
    days = ", ".join(str(day.day) for day in milestone.reserve)
    return f" ({days})" if days else ""


def _place_labels(phases: list[Phase]):
    """Give each label its anchor; beside its neighbour where it fits, else in a lower lane."""
    taken: dict[int, float] = {}
    for phase in phases:
        phase.anchor, phase.text_x = _anchor(phase)
        if taken.get(0, 0) > phase.span[0] and phase.anchor == "middle":
            phase.anchor, phase.text_x = "start", phase.x
        while taken.get(phase.lane, 0) > phase.span[0]:
            phase.lane += 1
        taken[phase.lane] = phase.span[1] + 10


def _anchor(phase: Phase) -> tuple[str, int]:
    half = LETTER * max(len(phase.label), len(phase.when)) / 2
    if phase.middle + half > RIGHT + 8:
        return "end", RIGHT + 8
    if phase.length > 2 * half or phase.middle - half < LEFT:
        return "start", phase.x
    return "middle", phase.middle


def _entries(phases: list[Phase]) -> list[dict]:
    """The same as a list, with the present moment after the last phase that has begun."""
    begun = sum(phase.state != "future" for phase in phases)
    entries = [{"phase": phase} for phase in phases]
    return [*entries[:begun], {"here": True}, *entries[begun:]]
