"""From the scores to the jury's advice: who leads, consensus, the ballot, the casting vote."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, InternalError, transaction

from journal.actions import set_clock
from journal.models import Entry
from pitches import actions, deliberation, queries, rules, seal
from pitches.errors import ChangedMeanwhile, NotAllowed, Refused
from pitches.models import Ballot, Deliberation, Pitch, Voter
from submissions.models import Proposal
from tests.pitches.factories import (
    MORNING,
    ShortlistedFactory,
    conflict,
    coordinator_of,
    criterion,
    declare_nothing,
    juror_of,
)

pytestmark = pytest.mark.django_db

FAVOURABLE, UNFAVOURABLE = Deliberation.Advice.values


@pytest.fixture
def ballot(opened, jurors):
    return deliberation.open_ballot(deliberation=opened, by=jurors[0])


def vote(ballot, jurors, choices):
    for juror, choice in zip(jurors, choices, strict=False):
        deliberation.cast_vote(ballot=ballot, choice=choice, by=juror)


def totals(ballot):
    return ballot.favourable, ballot.unfavourable, ballot.blank


# Who leads


def test_leader_of_a_pitch_is_the_chair(pitch, jurors):
    assert rules.leader_of(pitch) == jurors[0]


def test_leader_of_a_pitch_with_a_conflicted_chair_is_the_deputy(pitch, jurors):
    conflict(jurors[0], pitch.proposal)

    assert rules.leader_of(pitch) == jurors[1]


def test_leader_of_a_pitch_that_only_the_deputy_heard(pitch, jurors):
    pitch.told_jurors.remove(jurors[0])

    assert rules.leader_of(pitch) == jurors[1]


def test_leader_of_a_pitch_that_neither_heard_is_the_chair(pitch, jurors):
    pitch.told_jurors.remove(*jurors[:2])

    assert rules.leader_of(pitch) == jurors[0]
    assert not rules.may_deliberate(jurors[1], pitch=pitch)


def test_leader_of_a_pitch_when_both_are_conflicted(pitch, jurors):
    for juror in jurors[:2]:
        conflict(juror, pitch.proposal)

    assert rules.leader_of(pitch) is None


def test_deputy_without_a_chair_cannot_be(call):
    call.timetable.chair = None

    with pytest.raises(IntegrityError), transaction.atomic():
        call.timetable.save()


# Beginning


def test_open_deliberation_ends_the_scoring(pitch, jurors):
    aim = criterion(pitch.call)
    sheet = actions.save_sheet(pitch=pitch, juror=jurors[2], notes="", scores={aim.pk: 3}, revision=0)
    deliberation.open_deliberation(pitch=pitch, by=jurors[0])

    with pytest.raises(Refused):
        actions.save_sheet(pitch=pitch, juror=jurors[2], notes="", scores={aim.pk: 5}, revision=1)
    kept = actions.save_sheet(pitch=pitch, juror=jurors[2], notes="Toch.", scores={aim.pk: 3}, revision=1)

    assert (kept.pk, kept.notes, kept.scores.get().value) == (sheet.pk, "Toch.", 3)


def test_open_deliberation_twice_is_the_same(opened, pitch, jurors):
    assert deliberation.open_deliberation(pitch=pitch, by=jurors[0]) == opened
    assert Entry.objects.filter(verb="deliberation.opened").count() == 1


def test_open_deliberation_before_the_pitch(pitch, jurors):
    set_clock(to=MORNING - timedelta(minutes=1))

    with pytest.raises(Refused):
        deliberation.open_deliberation(pitch=pitch, by=jurors[0])


def test_open_deliberation_by_somebody_else(pitch, jurors, call):
    for person in (jurors[1], jurors[2], coordinator_of(call), juror_of(call)):
        with pytest.raises(NotAllowed):
            deliberation.open_deliberation(pitch=pitch, by=person)


def test_open_deliberation_after_the_decision(pitch, jurors):
    Proposal.objects.filter(pk=pitch.proposal_id).update(status=Proposal.Status.REJECTED)
    pitch = queries.announced_to_juror(pitch.call, jurors[0]).get()

    with pytest.raises(Refused):
        deliberation.open_deliberation(pitch=pitch, by=jurors[0])


def test_save_deliberation_notes_while_they_are_written(opened, jurors):
    """A page whose answer got lost goes on; the journal tells that it began to write, once."""
    said = {"deliberation": opened, "by": jurors[0], "revision": 0}
    for notes in ("Sterk", "Sterk in", "Sterk in de buurt"):
        deliberation.save_deliberation_notes(notes=notes, editor="a", **said)

    with pytest.raises(ChangedMeanwhile):
        deliberation.save_deliberation_notes(notes="Zwak", editor="b", **said)

    opened.refresh_from_db()
    assert (opened.notes, opened.revision) == ("Sterk in de buurt", 3)
    assert Entry.objects.filter(verb="deliberation.noted").count() == 1


def test_save_deliberation_notes_of_an_older_page(opened, jurors):
    deliberation.save_deliberation_notes(deliberation=opened, notes="Sterk.", revision=0, by=jurors[0])

    with pytest.raises(ChangedMeanwhile):
        deliberation.save_deliberation_notes(deliberation=opened, notes="Zwak.", revision=0, by=jurors[0])

    opened.refresh_from_db()
    assert (opened.notes, opened.revision) == ("Sterk.", 1)


# Consensus


def test_conclude_by_consensus(opened, jurors):
    done = deliberation.conclude(
        deliberation=opened, advice=FAVOURABLE, reasons=" Kent de buurt. ", by=jurors[0]
    )

    assert (done.method, done.reasons) == ("consensus", "Kent de buurt.")
    assert queries.advices_of(opened.pitch.call).get() == done


def test_conclude_without_reasons(opened, jurors):
    with pytest.raises(Refused):
        deliberation.conclude(deliberation=opened, advice=FAVOURABLE, reasons="  ", by=jurors[0])


def test_conclude_twice(opened, jurors):
    deliberation.conclude(deliberation=opened, advice=FAVOURABLE, reasons="Sterk.", by=jurors[0])

    with pytest.raises(Refused):
        deliberation.conclude(deliberation=opened, advice=UNFAVOURABLE, reasons="Zwak.", by=jurors[0])


def test_reopen_deliberation_keeps_what_was_said_in_the_journal(opened, jurors):
    deliberation.conclude(deliberation=opened, advice=FAVOURABLE, reasons="Sterk.", by=jurors[0])

    reopened = deliberation.reopen_deliberation(deliberation=opened, reason="Vergissing.", by=jurors[0])

    assert not reopened.is_concluded
    entry = Entry.objects.get(verb="deliberation.reopened")
    assert (entry.payload["advice"], entry.payload["reason"]) == (FAVOURABLE, "Vergissing.")


def test_reopen_deliberation_without_a_reason(opened, jurors):
    deliberation.conclude(deliberation=opened, advice=FAVOURABLE, reasons="Sterk.", by=jurors[0])

    with pytest.raises(Refused):
        deliberation.reopen_deliberation(deliberation=opened, reason=" ", by=jurors[0])


def test_advice_needs_reasons_in_the_database_too(opened):
    with pytest.raises(IntegrityError), transaction.atomic():
        Deliberation.objects.filter(pk=opened.pk).update(advice=FAVOURABLE)


# The secret ballot


def test_close_ballot_counts_and_the_majority_decides(ballot, jurors):
    vote(ballot, jurors, [FAVOURABLE, UNFAVOURABLE, UNFAVOURABLE, "blank"])

    counted = deliberation.close_ballot(ballot=ballot, by=jurors[0])

    assert totals(counted) == (1, 2, 1)
    with pytest.raises(Refused):
        deliberation.conclude(
            deliberation=ballot.deliberation, advice=FAVOURABLE, reasons="Sterk.", by=jurors[0]
        )
    done = deliberation.conclude(
        deliberation=ballot.deliberation, advice=UNFAVOURABLE, reasons="Zwak.", by=jurors[0]
    )
    assert done.method == "ballot"


def test_close_ballot_with_a_tie_asks_the_casting_vote(ballot, jurors):
    vote(ballot, jurors, [FAVOURABLE, UNFAVOURABLE, "blank"])
    deliberation.close_ballot(ballot=ballot, by=jurors[0])

    with pytest.raises(NotAllowed):
        deliberation.conclude(
            deliberation=ballot.deliberation, advice=FAVOURABLE, reasons="Sterk.", by=jurors[1]
        )
    done = deliberation.conclude(
        deliberation=ballot.deliberation, advice=FAVOURABLE, reasons="Sterk.", by=jurors[0]
    )

    assert done.method == "casting_vote"


def test_cast_vote_again_replaces_it(ballot, jurors):
    vote(ballot, jurors, [FAVOURABLE] * 3)
    vote(ballot, jurors, [UNFAVOURABLE] * 3)

    assert totals(deliberation.close_ballot(ballot=ballot, by=jurors[0])) == (0, 3, 0)


def test_close_ballot_needs_enough_votes_to_stay_secret(ballot, jurors):
    vote(ballot, jurors, [FAVOURABLE, FAVOURABLE])

    with pytest.raises(Refused):
        deliberation.close_ballot(ballot=ballot, by=jurors[0])


def test_close_ballot_leaves_out_who_withdrew_since(ballot, jurors):
    vote(ballot, jurors, [FAVOURABLE, FAVOURABLE, FAVOURABLE, UNFAVOURABLE])
    conflict(jurors[3], ballot.deliberation.pitch.proposal)

    assert totals(deliberation.close_ballot(ballot=ballot, by=jurors[0])) == (3, 0, 0)


def test_open_ballot_with_too_few_who_heard_the_pitch(opened, jurors):
    opened.pitch.told_jurors.remove(*jurors[2:])

    with pytest.raises(Refused):
        deliberation.open_ballot(deliberation=opened, by=jurors[0])

    assert Ballot.objects.count() == 0


def test_open_ballot_twice(ballot, jurors):
    with pytest.raises(Refused):
        deliberation.open_ballot(deliberation=ballot.deliberation, by=jurors[0])


def test_open_ballot_after_one_was_counted(ballot, jurors):
    vote(ballot, jurors, [FAVOURABLE] * 3)
    deliberation.close_ballot(ballot=ballot, by=jurors[0])

    with pytest.raises(Refused):
        deliberation.open_ballot(deliberation=ballot.deliberation, by=jurors[0])


def test_conclude_while_the_ballot_is_open(ballot, jurors):
    with pytest.raises(Refused):
        deliberation.conclude(
            deliberation=ballot.deliberation, advice=FAVOURABLE, reasons="Sterk.", by=jurors[0]
        )


def test_cast_vote_by_somebody_who_is_not_on_the_roll(ballot, call):
    late = juror_of(call)
    declare_nothing(late, call)

    with pytest.raises(NotAllowed):
        deliberation.cast_vote(ballot=ballot, choice=FAVOURABLE, by=late)


def test_cast_vote_by_who_has_a_conflict(ballot, jurors):
    conflict(jurors[4], ballot.deliberation.pitch.proposal)

    with pytest.raises(NotAllowed):
        deliberation.cast_vote(ballot=ballot, choice=FAVOURABLE, by=jurors[4])


def test_cast_vote_of_something_else(ballot, jurors):
    with pytest.raises(Refused):
        deliberation.cast_vote(ballot=ballot, choice="misschien", by=jurors[0])


def test_cast_vote_after_the_close(ballot, jurors):
    vote(ballot, jurors, [FAVOURABLE] * 3)
    deliberation.close_ballot(ballot=ballot, by=jurors[0])

    with pytest.raises(Refused):
        deliberation.cast_vote(ballot=ballot, choice=FAVOURABLE, by=jurors[3])


def test_abandon_ballot_reads_nothing_and_lets_a_new_one_be_held(ballot, jurors):
    vote(ballot, jurors, [FAVOURABLE] * 3)

    deliberation.abandon_ballot(ballot=ballot, by=jurors[0])

    assert totals(Ballot.objects.get(pk=ballot.pk)) == (None, None, None)
    assert deliberation.open_ballot(deliberation=ballot.deliberation, by=jurors[0]).pk != ballot.pk


def test_ballot_whose_seal_is_lost_is_refused_and_can_be_abandoned(ballot, jurors):
    vote(ballot, jurors, [FAVOURABLE] * 3)
    seal.destroy(ballot.pk)

    with pytest.raises(Refused):
        deliberation.cast_vote(ballot=ballot, choice=FAVOURABLE, by=jurors[3])
    with pytest.raises(Refused):
        deliberation.close_ballot(ballot=ballot, by=jurors[0])

    assert deliberation.abandon_ballot(ballot=ballot, by=jurors[0]).state == "void"


def test_open_ballot_without_redis(opened, jurors, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    with pytest.raises(Refused):
        deliberation.open_ballot(deliberation=opened, by=jurors[0])

    assert Ballot.objects.count() == 0


# What the database itself refuses


def test_ballot_cannot_end_with_envelopes(ballot, jurors):
    vote(ballot, jurors, [FAVOURABLE])

    with pytest.raises(IntegrityError), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(state="void", closed_at=MORNING)


def test_ballot_that_was_counted_never_changes(ballot, jurors):
    vote(ballot, jurors, [FAVOURABLE] * 3)
    deliberation.close_ballot(ballot=ballot, by=jurors[0])

    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(favourable=0, unfavourable=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        Voter.objects.filter(ballot=ballot).update(envelope=b"nog een")


def test_pitch_keeps_its_deliberation(opened):
    assert Pitch.objects.get(pk=opened.pitch_id).deliberation == opened


# A pitch that was heard stays in the timetable


def test_heard_pitch_is_neither_moved_nor_taken_out(call, pitch, jurors):
    slug = criterion(call)
    actions.save_sheet(pitch=pitch, juror=jurors[2], notes="", scores={slug.pk: 4}, revision=0)
    by = coordinator_of(call)

    with pytest.raises(Refused, match="hoorde"):
        actions.take_out_pitch(pitch=pitch, by=by)
    with pytest.raises(Refused, match="hoorde"):
        actions.move_pitch(pitch=pitch, room=pitch.room, start=MORNING + timedelta(hours=1), by=by)

    assert queries.draft_of(call).get().during == pitch.during


def test_database_keeps_a_deliberated_pitch_where_it_is(opened, pitch):
    with pytest.raises(IntegrityError, match="stays where it is"), transaction.atomic():
        Pitch.objects.filter(pk=pitch.pk).update(room=None, during=None)


def test_search_on_the_day_leaves_what_has_begun_and_uses_later_hours_only(call, pitch):
    late = ShortlistedFactory(call=call)

    schedule = actions.schedule_pitches(call=call, by=None)

    places = {p.proposal: p.start for p in schedule.pitches}
    assert places[pitch.proposal.reference] == pitch.during.lower
    assert places[late.reference] >= MORNING + timedelta(minutes=30)


def test_search_after_the_decision_keeps_what_was_heard(call, opened, pitch):
    pitch.proposal.status = "selected"
    pitch.proposal.save()

    actions.schedule_pitches(call=call, by=None)

    assert queries.draft_of(call).get().during == pitch.during
