"""A file or tree to a checked document; every problem is named at once."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.conf import settings
from pydantic import ValidationError

from challenges.call_file import references
from challenges.call_file.problems import CallRefused, Problem, from_pydantic
from challenges.call_file.reading import read
from challenges.call_file.schema import CallFile, Merger, Mergers

MERGERS_FILE = "municipal-mergers.yaml"


def checked(source: Mapping | str | Path) -> CallFile:
    """The call file at a path, or already read as a tree. Raises CallRefused with all its problems."""
    tree = dict(source) if isinstance(source, Mapping) else read(Path(source))
    document, problems = _shaped(tree)
    problems += references.problems(tree, successors=_successors())
    if problems:
        raise CallRefused(problems)
    return document


def _shaped(tree: dict) -> tuple[CallFile | None, list[Problem]]:
    try:
        return CallFile.model_validate(tree), []
    except ValidationError as error:
        return None, [from_pydantic(each) for each in error.errors()]


def _successors() -> dict[str, str]:
    return {nis: merger.nis for merger in mergers() for nis in merger.merges}


@cache
def mergers() -> tuple[Merger, ...]:
    """The municipal mergers the portal knows, from `data/municipal-mergers.yaml`."""
    tree = read(settings.BASE_DIR / "data" / MERGERS_FILE)
    return tuple(Mergers.model_validate(tree).mergers)
