"""Whatever the code writes in the journal has words that people read."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from journal.words import DEEDS, THINGS, said

ROOMS = [
    Path(config.path) for config in apps.get_app_configs() if settings.BASE_DIR in Path(config.path).parents
]


def written_verbs():
    """The literal verbs that are handed to `record`, in every room."""
    for file in sorted(path for room in ROOMS for path in room.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) == "record" and node.args:
                yield from _literals(node.args[0])


def _name(function) -> str:
    return getattr(function, "attr", getattr(function, "id", ""))


def _literals(node):
    if isinstance(node, ast.IfExp):
        yield from (*_literals(node.body), *_literals(node.orelse))
    elif isinstance(node, ast.Constant):
        yield node.value


def test_every_verb_in_the_code_has_words():
    verbs = sorted(set(written_verbs()))

    assert len(verbs) > 40
    assert [verb for verb in verbs if said(verb) == verb] == []


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("proposal.filed", "Kandidatuur ingediend"),
        ("role.granted", "Rol toegekend"),
        ("invitation.sent_again", "Uitnodiging opnieuw verstuurd"),
        ("thing.invented", "thing.invented"),
        ("proposal.invented", "proposal.invented"),
    ],
)
def test_said_in_dutch(verb, words):
    assert said(verb) == words


def test_words_of_things_and_deeds_are_never_empty():
    assert all(str(word) for word in (*THINGS.values(), *DEEDS.values()))
