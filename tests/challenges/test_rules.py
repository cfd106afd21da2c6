import pytest

from challenges import rules
from challenges.actions import extend_filing
from challenges.models import Milestone
from challenges.rules import Phase
from tests.factories import brussels

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        (brussels(2023, 6, 22, 23, 59, 59), Phase.ANNOUNCED),
        (brussels(2023, 6, 23), Phase.FILING),
        (brussels(2023, 9, 1, 23, 59, 59, 999999), Phase.FILING),
        (brussels(2023, 9, 2), Phase.WRITTEN_REVIEW),
        (brussels(2023, 9, 8, 12), Phase.WRITTEN_REVIEW),
        (brussels(2023, 9, 9), Phase.PITCHES),
        (brussels(2023, 9, 13, 23, 59), Phase.PITCHES),
        (brussels(2023, 9, 14), Phase.DECISION),
        (brussels(2023, 10, 6), Phase.REPLY),
        (brussels(2023, 10, 20), Phase.ENDED),
    ],
)
def test_phase_of_the_official_dates(pajotarl, moment, phase):
    assert rules.phase(pajotarl, at=moment) == phase


def test_call_without_deadline_is_announced(pajotarl):
    pajotarl.milestones.filter(kind="filing").delete()

    assert rules.phase(pajotarl, at=brussels(2023, 8, 1)) == Phase.ANNOUNCED
    assert rules.filing(pajotarl) is None
    assert rules.takes_candidacies(pajotarl, at=brussels(2023, 8, 1)) is False


def test_milestone_that_only_starts_is_ahead_until_it_starts(pajotarl):
    pajotarl.milestones.exclude(kind="filing").delete()
    Milestone.objects.create(call=pajotarl, kind="pitches", starts=brussels(2023, 9, 13))

    assert rules.phase(pajotarl, at=brussels(2023, 9, 12)) == Phase.PITCHES
    assert rules.phase(pajotarl, at=brussels(2023, 9, 13)) == Phase.ENDED


def test_filing_without_a_beginning_is_open_at_once(pajotarl):
    pajotarl.milestones.filter(kind="filing").update(starts=None)

    assert rules.takes_candidacies(pajotarl, at=brussels(2020, 1, 1)) is True


@pytest.mark.parametrize(
    ("moment", "open_then"),
    [
        (brussels(2023, 6, 22, 23, 59), False),
        (brussels(2023, 6, 23), True),
        (brussels(2023, 9, 1, 23, 59, 59, 999999), True),
        (brussels(2023, 9, 2), False),
    ],
)
def test_candidacies_are_taken_in_the_half_open_interval(pajotarl, moment, open_then):
    assert rules.takes_candidacies(pajotarl, at=moment) is open_then


def test_extension_for_everyone_keeps_filing_open(pajotarl):
    extend_filing(call=pajotarl, until=brussels(2023, 9, 4, 12), reason="Storing")

    assert rules.filing(pajotarl).until == brussels(2023, 9, 4, 12)
    assert rules.phase(pajotarl, at=brussels(2023, 9, 3)) == Phase.FILING
    assert rules.phase(pajotarl, at=brussels(2023, 9, 4, 12)) == Phase.WRITTEN_REVIEW


@pytest.mark.parametrize("until", [brussels(2023, 9, 1), brussels(2023, 9, 3)])
def test_extension_never_makes_filing_shorter(pajotarl, until):
    extend_filing(call=pajotarl, until=brussels(2023, 9, 4), reason="Storing")

    extend_filing(call=pajotarl, until=until, reason="Storing")

    assert rules.filing(pajotarl).until == brussels(2023, 9, 4)


def test_deadline_moved_beyond_its_extension_holds(pajotarl):
    extend_filing(call=pajotarl, until=brussels(2023, 9, 4), reason="Storing")
    pajotarl.milestones.filter(kind="filing").update(until=brussels(2023, 9, 10))

    assert rules.filing(pajotarl).until == brussels(2023, 9, 10)


def test_opening_day_is_the_first_day_in_the_zone_of_the_call(pajotarl):
    assert rules.opening_day(pajotarl).isoformat() == "2023-06-23"


def test_call_without_calendar_has_no_opening_day(pajotarl):
    pajotarl.milestones.all().delete()

    assert rules.opening_day(pajotarl) is None
