import pytest
from django.db import IntegrityError

from challenges.models import Milestone, Need, Question
from tests.factories import CallFactory, brussels

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "moments",
    [
        {},
        {"starts": brussels(2023, 9, 13), "until": brussels(2023, 9, 13)},
        {"starts": brussels(2023, 9, 14), "until": brussels(2023, 9, 13)},
    ],
)
def test_milestone_without_a_real_interval_cannot_be_stored(moments):
    call = CallFactory()

    with pytest.raises(IntegrityError):
        Milestone.objects.create(call=call, kind="pitches", **moments)


def test_filing_without_a_deadline_cannot_be_stored():
    filing = CallFactory().milestones.get(kind="filing")

    with pytest.raises(IntegrityError):
        Milestone.objects.filter(pk=filing.pk).update(until=None)


@pytest.mark.parametrize("weight", [0, 4])
def test_weight_outside_1_to_3_cannot_be_stored(weight):
    CallFactory()

    with pytest.raises(IntegrityError):
        Need.objects.update(weight=weight)


def test_public_question_without_an_answer_cannot_be_stored():
    with pytest.raises(IntegrityError):
        Question.objects.create(call=CallFactory(), question="Mag het?", published_at=brussels(2023, 7, 1))
