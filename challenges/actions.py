"""What happens to a call outside its candidacies: it is loaded, its questions are answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from challenges.call_file.calendar import instants, to_edition
from challenges.call_file.checking import checked, mergers
from challenges.call_file.problems import CallRefused
from challenges.loading.clashes import clashes
from challenges.loading.parts import save
from challenges.models import Call, Milestone, Need, Question
from challenges.moving import Consequences, consequences_since, standing_of
from journal import actions as journal
from journal import clock

LOAD_LOCK = 0x43414C4C
NEW_NEED = 100  # after the needs of the file, which count from 0


@dataclass(frozen=True)
class LoadedCall:
    """A call as it now stands, with how many of its parts were new, changed or the same, and what moving
    its dates means; None for a call that is new or whose dates stayed."""

    call: Call
    created: int
    updated: int
    unchanged: int
    consequences: Consequences | None = None

    def document(self) -> dict[str, int]:
        counts = {"created": self.created, "updated": self.updated, "unchanged": self.unchanged}
        return {**counts, "filed": 0}


def load_call(
    source: Mapping | str | Path, *, edition: int | None = None, by=None, rehearse: bool = False
) -> LoadedCall:
    """Create or update a call from a YAML file, or from its tree; loading it again changes nothing.

    With `edition` every date moves to that year and the call gets that year's slug; `rehearse` undoes it
    all at the end. Raises CallRefused with every problem of the file; nothing is changed then.
    """
    document = checked(source)
    if edition is not None:
        document = to_edition(document, edition)
    moments = instants(document)
    with transaction.atomic():
        _one_at_a_time()
        _refuse_if(clashes(document))
        at, known = clock.now(), Call.objects.filter(slug=document.call.slug).first()
        before = known and standing_of(known, at=at)
        call, tally = save(document=document, moments=moments, mergers=mergers())
        _refuse_if(tally.problems)
        # A part that was removed is a change of the call it belonged to.
        found = consequences_since(before, call, at=at) if before else None
        moved = found if found and found.moves else None
        loaded = LoadedCall(call, tally.created, tally.updated + tally.removed, tally.unchanged, moved)
        if tally.changed:
            journal.record("call.loaded", about=call, by=by, call=call, **loaded.document())
        transaction.set_rollback(rehearse)
    return loaded


def load_call_once(source: Mapping | str | Path) -> Call:
    """The call of the file, loaded only when the portal does not hold it yet.

    For every start of the portal: what staff changed since the first one stays. Raises CallRefused.
    """
    known = Call.objects.filter(slug=checked(source).call.slug).first()
    return known or load_call(source).call


def _one_at_a_time():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])


def _refuse_if(problems):
    if problems := list(problems):
        raise CallRefused(problems)


@transaction.atomic
def publish_question(*, question: Question, published: bool, by) -> Question:
    """Make a question with its answer public, or take it back; the first moment of publication stays.

    Raises IntegrityError for a question without an answer.
    """
    question = Question.objects.select_for_update().get(pk=question.pk)
    if published == (question.published_at is not None):
        return question
    question.published_at = clock.now() if published else None
    question.save(update_fields=["published_at"])
    verb = "question.published" if published else "question.withdrawn"
    journal.record(verb, about=question, by=by, call=question.call)
    return question


@transaction.atomic
def extend_filing(*, call: Call, until: datetime, reason: str) -> None:
    """Let filing end later for everyone, such as after an outage; an earlier `until` changes nothing.

    The public pages tell the new end with `reason`. Called by the room that asked a second person and
    keeps the reason; it journals too.
    """
    filing = Milestone.objects.select_for_update().get(call=call, kind=Milestone.Kind.FILING)
    if until > max(filing.until, filing.extended_until or filing.until):
        filing.extended_until, filing.extension_reason = until, reason
        filing.save(update_fields=["extended_until", "extension_reason"])


Weights = Mapping[tuple[int, int], tuple[int, bool]]


@transaction.atomic
def set_needs(*, call: Call, weights: Weights, by) -> int:
    """Set how much each challenge of `call` needs each service type, and return how many needs changed.

    `weights` maps (challenge id, service type id) to (weight 1-3, assumed); a pair that is not in it
    is no need.
    """
    Call.objects.select_for_update(no_key=True).get(pk=call.pk)
    existing = {
        (need.challenge_id, need.service_type_id): need for need in Need.objects.filter(challenge__call=call)
    }
    changes = [_set_need(existing.get(pair), pair, weights.get(pair)) for pair in {**existing, **weights}]
    if told := [change for change in changes if change]:
        journal.record("needs.set", about=call, by=by, call=call, changes=told)
    return len(told)


def _set_need(need: Need | None, pair: tuple[int, int], to: tuple[int, bool] | None) -> dict | None:
    """Bring one need to `to` and tell what changed, or None when it stood so already."""
    before = need and [need.weight, need.assumed]
    if before == (to and list(to)):
        return None
    if to is None:
        need.delete()
    else:
        Need.objects.update_or_create(
            challenge_id=pair[0],
            service_type_id=pair[1],
            defaults={"weight": to[0], "assumed": to[1]},
            create_defaults={"weight": to[0], "assumed": to[1], "position": NEW_NEED},
        )
    return {"challenge": pair[0], "service_type": pair[1], "from": before, "to": to and list(to)}
