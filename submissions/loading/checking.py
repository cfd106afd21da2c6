"""A file to a checked proposal document; every problem is named at once, by its place."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _
from pydantic import ValidationError

from challenges.call_file.problems import CallRefused, Problem, from_pydantic, place_of, why_unreadable
from submissions.loading.schema import Known, ProposalDocument

WHOLE_FILE = "document"


class ProposalsRefused(CallRefused):
    """The document cannot be used, and nothing was changed; `problems` names everything that is wrong."""


def checked(path: Path, *, known: Known) -> ProposalDocument:
    """The document in a JSON file. Raises ProposalsRefused with all its problems."""
    tree = _read(path)
    problems = list(_doubles(tree))
    try:
        document = ProposalDocument.model_validate(tree, context=known)
    except ValidationError as error:
        problems = [_problem(each) for each in error.errors()] + problems
    if problems:
        raise ProposalsRefused(problems)
    return document


def _read(path: Path):
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        message = _("The file cannot be read: %(reason)s.") % {"reason": why_unreadable(error)}
        mend = _("Check the path and who may read it.")
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        message = _("This is not JSON: %(reason)s.") % {"reason": error}
        mend = _("Check the file near that place; it must be UTF-8.")
    raise ProposalsRefused([Problem(WHOLE_FILE, message, mend)]) from None


def _problem(error: dict) -> Problem:
    own = {
        "extra_forbidden": (
            _("A proposal document does not know this key."),
            _("Check its spelling, or remove it."),
        ),
        "missing": (_("This is missing."), _("Add it.")),
        "model_type": (_("This must be an object."), _("Write it as {…} with its keys.")),
        "list_type": (_("This must be a list."), _("Write it as […].")),
        "timezone_aware": (
            _("This instant does not say in which zone it is."),
            _("Write it with its offset, like 2023-08-28T08:58:00+02:00."),
        ),
    }
    if error["type"].startswith("datetime"):
        own[error["type"]] = (
            _("This is not an instant."),
            _("Write it with its offset, like 2023-08-28T08:58:00+02:00."),
        )
    if error["type"] in own:
        return Problem(place_of(error["loc"]), *own[error["type"]])
    return from_pydantic(error)


def _doubles(tree) -> Iterator[Problem]:
    """Keys and organisations that stand twice in one file, told even where other things are wrong."""
    rows = tree.get("proposals") if isinstance(tree, dict) else None
    rows = rows if isinstance(rows, list) else []
    for place, key in (("external_id", _key), ("organisation", _organisation)):
        found = [key(row) for row in rows]
        times = Counter(each for each in found if each)
        for index, each in enumerate(found):
            if times[each] > 1 and each in found[:index]:
                yield Problem(
                    f"proposals[{index}].{place}",
                    _("“%(value)s” stands in this file already.") % {"value": each},
                    _("One candidacy per organisation, each with its own key: keep one of them."),
                )


def _key(row) -> str | None:
    key = row.get("external_id") if isinstance(row, dict) else None
    return key if isinstance(key, str) else None


def _organisation(row) -> str | None:
    facts = row.get("organisation") if isinstance(row, dict) else None
    if not isinstance(facts, dict):
        return None
    number = facts.get("kbo_number")
    if isinstance(number, str):
        return "".join(mark for mark in number if mark.isdigit())
    name = facts.get("name")
    return name.casefold() if isinstance(name, str) else None
