"""What happens to a call outside its candidacies: it is loaded, its questions are answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from challenges.call_file.calendar import instants, to_edition
from challenges.call_file.checking import checked, mergers
from challenges.call_file.problems import CallRefused
from challenges.loading.clashes import clashes
from challenges.loading.parts import save
from challenges.models import Call
from journal import actions as journal

LOAD_LOCK = 0x43414C4C


@dataclass(frozen=True)
class LoadedCall:
    """A call as it now stands, with how many of its parts were new, changed or the same."""

    call: Call
    created: int
    updated: int
    unchanged: int

    def document(self) -> dict[str, int]:
        counts = {"created": self.created, "updated": self.updated, "unchanged": self.unchanged}
        return {**counts, "filed": 0}


def load_call(source: Mapping | str | Path, *, edition: int | None = None, by=None) -> LoadedCall:
    """Create or update a call from a YAML file, or from its tree; loading it again changes nothing.

    With `edition` every date moves to that year and the call gets that year's slug. Raises
    CallRefused with every problem of the file; nothing is changed then.
    """
    document = checked(source)
    if edition is not None:
        document = to_edition(document, edition)
    moments = instants(document)
    with transaction.atomic():
        _one_at_a_time()
        _refuse_if(clashes(document))
        call, tally = save(document=document, moments=moments, mergers=mergers())
        _refuse_if(tally.problems)
        # A part that was removed is a change of the call it belonged to.
        loaded = LoadedCall(call, tally.created, tally.updated + tally.removed, tally.unchanged)
        if tally.changed:
            journal.record("call.loaded", about=call, by=by, call=call, **loaded.document())
    return loaded


def _one_at_a_time():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])


def _refuse_if(problems):
    if problems := list(problems):
        raise CallRefused(problems)
