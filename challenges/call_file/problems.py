"""What is wrong in a file: where, what, and how to mend it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

WHOLE_FILE = "document"


def why_unreadable(error: OSError) -> str:
    """In our own words for what happens every day, in the system's for the rest."""
    known = {
        FileNotFoundError: _("it does not exist"),
        PermissionError: _("it may not be read"),
        IsADirectoryError: _("it is a folder"),
    }
    return known.get(type(error), error.strerror)


@dataclass(frozen=True)
class Problem:
    place: str
    message: str
    mend: str


class CallRefused(Exception):
    """The file cannot be used, and nothing was changed; `problems` names everything that is wrong."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = list(problems)
        super().__init__("; ".join(f"{problem.place}: {problem.message}" for problem in self.problems))

    def document(self) -> dict:
        return {"errors": [asdict(problem) for problem in self.problems]}


def refuse(message: str, mend: str, *, place: str = WHOLE_FILE):
    raise CallRefused([Problem(place, message, mend)])


def place_of(path: Iterable[str | int]) -> str:
    """`("challenges", 2, "title")` as people write it: `challenges[2].title`."""
    place = ""
    for step in path:
        place += f"[{step}]" if isinstance(step, int) else f".{step}" if place else str(step)
    return place or WHOLE_FILE


def from_pydantic(error: dict) -> Problem:
    """One error of a pydantic model in our own words."""
    path = [step for step in error["loc"] if step != "[key]"]
    message, mend = _wording(error)
    return Problem(place_of(path), message, mend)


def _wording(error: dict) -> tuple[str, str]:
    context = error.get("ctx", {})
    if isinstance(context.get("error"), Mismatch):
        return context["error"].args
    wordings = _wordings()
    family = error["type"] if error["type"] in wordings else error["type"].partition("_")[0]
    message, mend = wordings.get(family) or (_("This value cannot be used."), _("See docs/data.md."))
    return message % context, mend % context


class Mismatch(ValueError):
    """Raised inside a model with its own message and mend."""

    def __init__(self, message: str, mend: str):
        super().__init__(message, mend)


def _wordings() -> dict[str, tuple[str, str]]:
    number = (_("This must be a whole number."), _("Write it in digits, without quotes."))
    return {
        "missing": (_("This is missing."), _("Add it; docs/data.md tells what belongs there.")),
        "extra_forbidden": (
            _("A call file does not know this."),
            _("Check the spelling against docs/data.md, or remove it."),
        ),
        "string_type": (_("This must be text."), _("Put it between quotes.")),
        "string_too_long": (
            _("This is longer than %(max_length)s characters."),
            _("Shorten it to %(max_length)s characters."),
        ),
        "string_too_short": (_("This is empty."), _("Fill it in, or remove the key when it is optional.")),
        "string_pattern_mismatch": (
            _("This is not written the way it should be."),
            _("Follow the pattern %(pattern)s."),
        ),
        "int": number,
        "bool": (_("This must be true or false."), _("Write true or false, without quotes.")),
        "greater_than_equal": (_("This is below %(ge)s."), _("Give a number from %(ge)s.")),
        "less_than_equal": (_("This is above %(le)s."), _("Give a number up to %(le)s.")),
        "enum": (_("This is not one of the known values."), _("Choose one of: %(expected)s.")),
        "list_type": (_("This must be a list."), _("Write each item on its own line, after a dash.")),
        "too_short": (_("This list is empty."), _("Give at least %(min_length)s.")),
        "too_long": (_("This list is too long."), _("Give at most %(max_length)s.")),
        "dict_type": (_("This must be a list of names with a value."), _("Write each as “name: value”.")),
        "model": (_("This must be a block of keys and values."), _("Write each line as “key: value”.")),
    }
