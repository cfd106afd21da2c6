"""What the numbers of matching say to people."""

import math

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.models import Match
from matching.ranking import Place

SIGNALS = {
    "chosen": gettext_lazy("Challenge chosen"),
    "services": gettext_lazy("Services"),
    "text": gettext_lazy("Support in the text"),
    "municipalities": gettext_lazy("Municipalities"),
    "principles": gettext_lazy("Working principles"),
    "expertise": gettext_lazy("Priority expertise"),
}
MEANINGS = {
    "chosen": gettext_lazy(
        "The organisation ticked this challenge, and its text shows the people it is about. "
        "A tick without text behind it earns nothing."
    ),
    "services": gettext_lazy(
        "The service types this challenge needs that were ticked, supported by the text "
        "and offered to enough people."
    ),
    "text": gettext_lazy("What the text itself says about these people and these services."),
    "municipalities": gettext_lazy(
        "The share of the region's inhabitants who live where the organisation works."
    ),
    "principles": gettext_lazy("The working principles that can be read in the text, ticked or not."),
    "expertise": gettext_lazy("The priority expertise that can be read in the text."),
}
FORMULAS = {
    "chosen": gettext_lazy(
        "1 when the challenge is ticked and the text shows it: support in the text ÷ 0.35, at most 1. A text "
        "that hardly names the people earns half of it. Of more than two ticks, each earns 2 ÷ their number."
    ),
    "services": gettext_lazy(
        "Per ticked service type: need (1–3) × support in the text × clients per year ÷ what counts fully, "
        "at most 1. The sum of the two that bring most ÷ 6, at most 1."
    ),
    "text": gettext_lazy(
        "0.6 × support for the people of the challenge + 0.4 × (1 − the product, over the two service types "
        "that it needs and the text shows best, of 1 − 0.7 × need ÷ 3 × support)."
    ),
    "municipalities": gettext_lazy("That share, times how far the text shows the challenge."),
    "principles": gettext_lazy(
        "The sum of their supports ÷ 3, at most 1, times how far the text shows the challenge."
    ),
    "expertise": gettext_lazy("The highest support, times how far the text shows the challenge."),
}
WAYS = {
    "wish": gettext_lazy("read as a wish"),
    "elsewhere": gettext_lazy("read as somebody else's work"),
    "talk": gettext_lazy("only says that it matters"),
    "vague": gettext_lazy("vague"),
    "bare": gettext_lazy("neither tangible nor vague"),
}
FIELDS = {
    "title": gettext_lazy("Title"),
    "summary": gettext_lazy("Summary"),
    "approach": gettext_lazy("Approach"),
    "experience": gettext_lazy("Experience"),
    "challenges": gettext_lazy("Challenge: how"),
    "service_types": gettext_lazy("Service type: how"),
    "working_principles": gettext_lazy("Working principle: how"),
}
TONES = {"clear": "good", "possible": "busy", "not_shown": ""}
STATUS_TONES = {
    "waiting": "busy",
    "solving": "busy",
    "optimal": "good",
    "feasible": "busy",
    "infeasible": "bad",
    "stopped": "",
    "failed": "bad",
    "": "",
}
LEVELS = {
    "coverage": gettext_lazy("1. Coverage of the needs"),
    "quality": gettext_lazy("2. How well the needs are met"),
    "cost": gettext_lazy("3. Cost per year"),
}
ROLES = {
    "core": gettext_lazy("core"),
    "swap": gettext_lazy("exchangeable"),
    "never": gettext_lazy("never"),
}
ROLE_TONES = {"core": "good", "swap": "busy", "never": ""}


DUTIES = {
    "challenge": gettext_lazy("Somebody for every challenge"),
    "expertise": gettext_lazy("Somebody with every priority expertise"),
    "group": gettext_lazy("At most one of a legal group"),
}
DUTY_STATES = {
    "kept": gettext_lazy("kept"),
    "open": gettext_lazy("not kept"),
    "given_up": gettext_lazy("given up"),
}
DUTY_TONES = {"kept": "good", "open": "bad", "given_up": "busy"}
PROOFS = {
    "coverage": gettext_lazy("at least %(share)s%% of what is possible"),
    "quality": gettext_lazy("at least %(share)s%% of the best at this coverage"),
    "cost": gettext_lazy("at most %(saving)s%% could be saved at this coverage and quality"),
}


def share_reached(gap: float) -> float:
    """At least how much of what can be was reached, in percent: rounded down, as what leaves a gap is
    never all of it."""
    return min(99.9, math.floor(1000 * (1 - gap)) / 10)


def proof(level: str, gap: float, *, proven: bool) -> str:
    """What is proven of one level of a composition."""
    if proven:
        return _("proven optimal")
    share = share_reached(gap)
    return PROOFS[level] % {"share": number(share, 1), "saving": number(100 - share, 1)}


def field_name(place: str) -> str:
    """`challenges[0].how` as people call it."""
    return str(FIELDS[place.partition("[")[0]])


def labels() -> dict[str, str]:
    """How sure a score is, in this reader's language, by what is stored."""
    return {value: str(label) for value, label in Match.Label.choices}


def place(found: Place) -> str:
    """A place in a ranking, in full: a range where scores can't be told apart."""
    said = _("place %(first)s") if found.first == found.last else _("place %(first)s to %(last)s")
    return said % {"first": found.first, "last": found.last}


def number(value: float, decimals: int = 0) -> str:
    """A number as this reader writes it."""
    return number_format(round(value, decimals), decimal_pos=decimals, force_grouping=True)


def euros(value: int) -> str:
    """An amount that no line breaks in two."""
    return f"€\u00a0{number(value)}"


def signed(value: float, decimals: int = 0) -> str:
    """A difference, with its sign in front: +1,7 or −3.000."""
    rounded = round(value, decimals)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return sign + number(abs(rounded), decimals)


def wishes_in_short(made) -> str:
    """What a composition was asked under, short enough for a list."""
    told = [
        made.budget is not None and euros(made.budget),
        made.minimum is not None and _("at least %(count)s") % {"count": made.minimum},
        made.maximum is not None and _("at most %(count)s") % {"count": made.maximum},
        made.include and _("with %(count)s") % {"count": len(made.include)},
        made.exclude and _("without %(count)s") % {"count": len(made.exclude)},
        made.twice and _("met twice: %(count)s") % {"count": len(made.twice)},
        made.waived and _("given up: %(count)s") % {"count": len(made.waived)},
    ]
    return ", ".join(each for each in told if each)


def flag(code: str, *, services: dict[str, str]) -> str:
    """A flag of a proposal in a sentence; `services` gives service types their names."""
    kind, _colon, slug = code.partition(":")
    said = {
        "says_nothing": _("The text says too little to match on."),
        "repeats_call": _("The text mostly repeats the call's own words."),
        "vague": _("The text says little that can be seen or touched: mostly vague words."),
        "ticks_everything": _("Every service type is ticked."),
        "ticked_without_support": _("Ticked, but not supported by the text: %(service)s."),
        "supported_not_ticked": _("In the text, but not ticked: %(service)s."),
    }
    return said[kind] % {"service": services.get(slug, slug)}
