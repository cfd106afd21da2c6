"""Composing a partnership: asking for it, solving it in a process of its own, stopping it, and
choosing otherwise."""

import json
import sys
import time
from collections.abc import Collection, Iterable
from dataclasses import asdict, replace

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from challenges.models import Call
from journal import actions as journal
from journal import clock
from journal.broker import hand_over
from matching import basis, documents, facts, queries, rules
from matching.actions import run_matching
from matching.engine import job, wire
from matching.engine.check import broken, check
from matching.engine.compose import ALTERNATIVES
from matching.engine.coverage import Problem
from matching.engine.wishes import Wish, Wishes
from matching.errors import (
    BreaksWishes,
    NobodyChosen,
    ReasonMissing,
    UnknownDuty,
    UnknownNeed,
    UnknownProposal,
    WrongAnswer,
)
from matching.lines import Lines
from matching.models import Composition, LegalGroup, Run
from matching.queries import Brought

NO_WISHES = Wishes()
SECONDS = 60
STUDY_SECONDS = 240
GRACE = 10
KNOWN_SETS = 20
Status = Composition.Status


def request_composition(
    *, call: Call, by=None, wishes: Wishes = NO_WISHES, seconds: int = SECONDS
) -> Composition:
    """Ask the worker for the partnership that covers most under `wishes`.

    `wishes` may name proposals by reference or by the sender's key. Scores first when something
    changed since the last run. Raises NotAllowed, UnknownProposal with the
    field that names it, UnknownNeed or UnknownDuty.
    """
    made = _asked(call=call, by=by, wishes=wishes, seconds=seconds)
    transaction.on_commit(lambda: wake_the_worker(made))
    return made


def wake_the_worker(composition: Composition) -> None:
    """Have it solved and studied soon."""
    hand_over("matching.tasks.solve", composition.pk)


def compose_partnership(
    *, call: Call, by=None, wishes: Wishes = NO_WISHES, seconds: int = SECONDS
) -> Composition:
    """The same, solved here and now, in up to `seconds`, outside any transaction. How firm it is
    follows later, from the worker. Raises as above."""
    made = _asked(call=call, by=by, wishes=wishes, seconds=seconds)
    if not _take(made.pk):
        return Composition.objects.get(pk=made.pk)
    made.refresh_from_db()
    for line in job.run(_task(made, study=False)):
        _hear(made, line)
    return made


@transaction.atomic
def _asked(*, call: Call, by, wishes: Wishes, seconds: int) -> Composition:
    run = run_matching(call=call, by=by)
    scored = queries.offers_of(run)
    wishes = _by_key(wishes, scored)
    _require_known_needs(run, wishes)
    _require_known_duties(run, wishes)
    standing = basis.basis_now(run, scored)
    made = Composition.objects.create(
        run=run,
        created_at=clock.now(),
        by=by,
        **_stored(wishes),
        basis=standing,
        seconds=seconds,
        status=Status.WAITING,
        document=documents.nothing_yet(basis.problem_in(run, scored, basis=standing)),
        touched_at=Now(),
    )
    journal.record("matching.composition_asked", about=made, by=by, call=run.call, **documents.asked(made))
    return made


def _stored(wishes: Wishes) -> dict:
    """The fields of a composition that hold its wishes."""
    return {
        name: list(value) if isinstance(value, tuple) else value for name, value in asdict(wishes).items()
    }


def wishes_of(composition: Composition) -> Wishes:
    """What was asked, as the engine knows it."""
    return Wishes(
        composition.budget,
        composition.minimum,
        composition.maximum,
        tuple(composition.include),
        tuple(composition.exclude),
        tuple(composition.twice),
        tuple(Wish(row["kind"], row["value"]) for row in composition.waived),
    )


def problem_of(composition: Composition, scored: list[Brought] | None = None) -> Problem:
    """The problem that a composition answers, with groups and scores as they stood."""
    scored = queries.offers_of(composition.run) if scored is None else scored
    return basis.problem_in(composition.run, scored, basis=composition.basis)


def solve(pk: int) -> None:
    """Solve and study one composition in a process of its own; harmless when that is done or being
    done already. The process is killed when its time is over or somebody stops it: the best set
    so far then is the answer, with its gap."""
    if not _take(pk):
        return
    made = Composition.objects.select_related("run__call").get(pk=pk)
    task = _task(made, study=True)
    limit = GRACE + task["study_seconds"] + (0 if task["answer"] else made.seconds)
    with Lines([sys.executable, "-m", job.__name__], send=json.dumps(task), cwd=settings.BASE_DIR) as lines:
        until = time.monotonic() + limit
        for line in lines.until(until):
            if line is not None:
                _hear(made, line)
            if _is_stopped(made):
                break
    _finish(made, lines.errors)


def _take(pk: int) -> bool:
    waiting = Composition.objects.filter(pk=pk, status=Status.WAITING)
    left = queries.compositions_left_behind().filter(pk=pk)
    solving = Case(When(status__in=Composition.RUNNING, then=Value(Status.SOLVING)), default=F("status"))
    return bool((waiting | left).update(touched_at=Now(), status=solving))


def _task(made: Composition, *, study: bool) -> dict:
    scored = queries.offers_of(made.run, signals=study)
    known = made.document.get("answer")
    values = asdict(basis.values_of(made.run, scored)) if study else {"signals": {}, "weights": []}
    return {
        "problem": wire.problem_out(problem_of(made, scored)),
        "wishes": asdict(wishes_of(made)),
        "alternatives": ALTERNATIVES,
        "seconds": made.seconds,
        "starts": [] if known else _known_sets(made),
        "answer": known,
        "values": values,
        "study_seconds": STUDY_SECONDS if study else 0,
    }


def _known_sets(made: Composition) -> list[list[str]]:
    """Sets that this call knows already: what was found before is never lost again."""
    rows = Composition.objects.filter(run__call=made.run.call_id).exclude(pk=made.pk)
    return [document.get("selected", []) for document in rows.values_list("document", flat=True)[:KNOWN_SETS]]


def _hear(made: Composition, line: dict) -> None:
    if "better" in line:
        _keep_better(made, line["better"])
    elif "answer" in line:
        _keep_answer(made, line["answer"])
    else:
        made.studies = line["studies"]
        _touch(made, studies=made.studies)


def _touch(made: Composition, **fields) -> None:
    Composition.objects.filter(pk=made.pk).update(touched_at=Now(), **fields)


def _keep_better(made: Composition, row: dict) -> None:
    found = wire.composed_in(row)
    made.document = documents.best_so_far(found, problem_of(made))
    _touch(made, document=made.document)


@transaction.atomic
def _keep_answer(made: Composition, row: dict) -> None:
    scored = queries.offers_of(made.run)
    problem = problem_of(made, scored)
    answer = wire.answer_in(row, problem)
    if wrong := check(problem, wishes_of(made), answer):
        raise WrongAnswer("; ".join(wrong))
    made.status = answer.status
    expertise = facts.expertise_in(made.run.recipe)
    made.document = documents.composition(answer, problem, expertise) | {"answer": row}
    made.touched_at = Now()
    made.save(update_fields=["status", "document", "touched_at"])
    keep(made, scored, "matching.composed", status=answer.status)


def keep(made: Composition, scored: Iterable[Brought], verb: str, **told) -> Composition:
    """Store who is in it, and journal it under `verb`; in the caller's transaction."""
    selected = set(made.document["selected"])
    made.members.set([each.proposal_id for each in scored if each.key in selected])
    journal.record(
        verb, about=made, by=made.by, call=made.run.call, selected=made.document["selected"], **told
    )
    return made


def _is_stopped(made: Composition) -> bool:
    return Composition.objects.filter(pk=made.pk, stopped_by__isnull=False).exists()


@transaction.atomic
def _finish(made: Composition, errors: str) -> None:
    made = Composition.objects.select_for_update(of=("self",)).select_related("run__call").get(pk=made.pk)
    if made.status in Composition.RUNNING:
        _settle(made, errors)
    made.studied, made.touched_at = True, Now()
    made.save(update_fields=["status", "document", "studied", "touched_at"])


def _settle(made: Composition, errors: str) -> None:
    """No answer came: the best so far is one, when there is any."""
    if made.document["selected"]:
        made.status = Status.FEASIBLE
        keep(made, queries.offers_of(made.run), "matching.composed", status=made.status)
    elif made.stopped_by_id:
        made.status = Status.STOPPED
    else:
        made.status = Status.FAILED
        made.document = {**made.document, "error": errors[-2000:]}


@transaction.atomic
def stop_composition(*, composition: Composition, by) -> Composition:
    """Stop a calculation and keep the best so far. Raises NotAllowed, or TooLate when it is done."""
    made = (
        Composition.objects.select_for_update(of=("self",)).select_related("run__call").get(pk=composition.pk)
    )
    rules.require_may_match(by, call=made.run.call)
    rules.require_running(made)
    made.stopped_by = by
    if made.status == Status.WAITING:
        made.status, made.studied = Status.STOPPED, True
    made.save(update_fields=["stopped_by", "status", "studied"])
    journal.record("matching.composition_stopped", about=made, by=by, call=made.run.call)
    return made


def _by_key(wishes: Wishes, scored: list[Brought]) -> Wishes:
    names = {}
    for each in scored:
        names[each.reference] = names[each.key] = each.key
    return replace(
        wishes,
        include=known("include", wishes.include, names),
        exclude=known("exclude", wishes.exclude, names),
    )


def _require_known_needs(run: Run, wishes: Wishes) -> None:
    needs = facts.call_in(run.recipe).needs()
    for written in wishes.twice:
        number, _colon, rest = written.partition(":")
        if not number.isdecimal() or (int(number), rest.partition(":")[0]) not in needs:
            raise UnknownNeed(written)


def _require_known_duties(run: Run, wishes: Wishes) -> None:
    if not wishes.waived:
        return
    call = facts.call_in(run.recipe)
    owed = {
        *(Wish("challenge", challenge.number) for challenge in call.challenges),
        *(Wish("expertise", expertise.slug) for expertise in call.expertise),
        *(Wish("group", group.name) for group in LegalGroup.objects.filter(call=run.call_id)),
    }
    if unknown := [duty for duty in wishes.waived if duty not in owed]:
        raise UnknownDuty(f"{unknown[0].kind}:{unknown[0].value}")


def known(field: str, references: Iterable[str], names: dict[str, str]) -> tuple[str, ...]:
    """The keys behind references, in order. Raises UnknownProposal that names `field`."""
    for reference in references:
        if reference not in names:
            raise UnknownProposal(field=field, reference=reference)
    return tuple(sorted({names[reference] for reference in references}))


@transaction.atomic
def choose_otherwise(
    *, suggestion: Composition, keys: Collection[str], reason: str, by, knowingly: bool = False
) -> Composition:
    """Keep another set than the suggested one under the same wishes, with the reason of staff; the
    suggestion stays.

    Raises NotAllowed, ReasonMissing, NobodyChosen, UnknownProposal when a key is not in the
    suggestion's run, TooLate for a suggestion that is still being calculated, or BreaksWishes for a
    set that does not hold to every wish and duty, unless that is done `knowingly`.
    """
    rules.require_may_match(by, call=suggestion.run.call)
    if not reason.strip():
        raise ReasonMissing(_("Say why you choose otherwise: the file of this decision needs it."))
    if not keys:
        raise NobodyChosen(_("Choose at least one organisation: a partnership without members is none."))
    rules.require_done(suggestion)
    scored = queries.offers_of(suggestion.run)
    selected = list(known("members", keys, {each.key: each.key for each in scored}))
    problem, wishes = problem_of(suggestion, scored), wishes_of(suggestion)
    breaks = broken(problem, wishes, selected)
    if breaks and not knowingly:
        raise BreaksWishes(breaks)
    chosen = Composition(
        run=suggestion.run,
        kind=Composition.Kind.CHOSEN,
        instead_of=suggestion,
        reason=reason.strip(),
        created_at=clock.now(),
        by=by,
        **_stored(wishes),
        basis=suggestion.basis,
        studied=True,
        document=documents.chosen(problem, selected, breaks, facts.expertise_in(suggestion.run.recipe)),
    )
    chosen.save()
    return keep(
        chosen, scored, "matching.chosen", reason=chosen.reason, breaks=[asdict(wish) for wish in breaks]
    )
