import re

import pytest
from django.utils import translation

from accounts.models import Role, User
from decisions.models import Decision, Release
from dossiers import books, queries
from dossiers.chapters import Reader, chapters
from matching.actions import run_matching
from pitches.models import Ballot, Deliberation, ScoreSheet, SheetScore
from reviews.actions import declare_conflicts
from reviews.models import Criterion, Review, Score
from tests.factories import FILED_AT, OrganisationFactory, UserFactory, filed_proposal, person_with_role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_dutch():
    with translation.override("nl"):
        yield


@pytest.fixture
def scored(pajotarl, shortlist):
    """The first proposal, read by two, scored by matching, and decided on."""
    proposal = shortlist[0]
    criterion = Criterion.objects.create(
        call=pajotarl, slug="aanpak", name="Haalbare aanpak", weight=100, anchors=list("abcdef")
    )
    for name, value in (("Lies Lezer", 3), ("Lode Lezer", 5)):
        review = Review.objects.create(
            proposal=proposal,
            version=proposal.versions.get(),
            reviewer=UserFactory(name=name),
            saved_at=FILED_AT,
        )
        Score.objects.create(
            review=review, criterion=criterion, value=value, justification=f"Verantwoording {value}."
        )
        Review.objects.filter(pk=review.pk).update(
            status="submitted", submitted_at=FILED_AT, total=value * 20
        )
    run_matching(call=pajotarl, by=None)
    return proposal


def chapter_of(proposal, reader, **options) -> str:
    [chapter] = chapters(proposal.call, queries.only(proposal), reader=reader, **options)
    return " ".join(re.sub(r"<[^>]+>", " ", chapter.html).split())


def test_jury_reads_scores_without_the_names_of_readers(scored):
    text = chapter_of(scored, Reader.JURY)

    assert "2 lezers gaven een score. Hun gemiddelde is 80,0 op 100." in text
    assert "Lezer 1 (5 / 5): Verantwoording 5." in text
    assert "Lezer 2 (3 / 5): Verantwoording 3." in text
    assert "Lies" not in text
    assert "Hoe het past bij de uitdagingen" in text


def test_archive_reads_names_and_journal(scored):
    text = chapter_of(scored, Reader.ARCHIVE)

    assert "Lies Lezer (3 / 5): Verantwoording 3." in text
    assert "Wat er gebeurde" in text
    assert "Kandidatuur ingediend" in text


def test_organisation_reads_neither_scores_nor_match(scored):
    text = chapter_of(scored, Reader.CANDIDATE)

    assert "Noden die het dekt" in text
    assert "Verantwoording" not in text
    assert "Hoe het past" not in text
    assert "Wat er gebeurde" not in text


def test_scores_stay_hidden_from_who_may_not_see_them(scored):
    text = chapter_of(scored, Reader.JURY, seen=set())

    assert "Verantwoording" not in text
    assert "Hoe het past" in text


@pytest.fixture
def deliberated(scored, announced):
    """The pitch of `scored`, heard by two jurors, one of whom has a conflict, with an advice by ballot."""
    pitch = announced(scored, "2023-09-13 10:00")
    jurors = [person_with_role(Role.Kind.JURY, scored.call) for _ in range(2)]
    pitch.told_jurors.set(jurors)
    for juror, name, value in zip(jurors, ("Jos Jury", "Jet Jury"), (4, 1), strict=True):
        User.objects.filter(pk=juror.pk).update(name=name)
        sheet = ScoreSheet.objects.create(pitch=pitch, juror=juror, notes="Geheime nota.", saved_at=FILED_AT)
        SheetScore.objects.create(sheet=sheet, criterion=Criterion.objects.get(), value=value)
    declare_conflicts(
        user=jurors[1], call=scored.call, declarations={scored.organisation_id: ("family", "Mijn zus.")}
    )
    made = Deliberation.objects.create(
        pitch=pitch, opened_at=FILED_AT, opened_by=jurors[0], notes="Twijfel over vervoer.",
        advice="favourable", method="ballot", reasons="Haalbaar plan.",
        concluded_at=FILED_AT, concluded_by=jurors[0],
    )  # fmt: skip
    Ballot.objects.create(
        deliberation=made, opened_at=FILED_AT, closed_at=FILED_AT, state="counted",
        favourable=3, unfavourable=1, blank=0,
    )  # fmt: skip
    return scored


@pytest.mark.parametrize(
    ("reader", "heard", "advice", "notes", "names"),
    [
        (Reader.ARCHIVE, False, True, True, True),
        (Reader.JURY, True, True, True, False),
        (Reader.JURY, False, True, False, False),
        (Reader.CANDIDATE, True, False, False, False),
    ],
)
def test_the_deliberation_is_told_as_far_as_its_reader_may_know(
    deliberated, reader, heard, advice, notes, names
):
    text = chapter_of(deliberated, reader, heard={deliberated.pk} if heard else set())

    told = "Haalbaar plan." in text, "Twijfel over vervoer." in text, "Jos Jury" in text
    assert told == (advice, notes, names)
    assert ("Scores van de jury" in text, "3 gunstig, 1 ongunstig" in text) == (notes, advice)
    assert "Geheime nota." not in text and "Jet Jury" not in text


@pytest.mark.parametrize("reader", list(Reader))
def test_a_decision_is_told_once_it_was_released(scored, pajotarl, reader):
    author = UserFactory()
    decision = Decision.objects.create(
        call=pajotarl, proposal=scored, outcome="rejected", drafted_by=author, drafted_at=FILED_AT,
        motivation="Te weinig plaatsen.",
    )  # fmt: skip
    before = chapter_of(scored, reader)
    release = Release.objects.create(
        call=pajotarl, status="released", requested_by=author, requested_at=FILED_AT,
        approved_by=UserFactory(), approved_at=FILED_AT, released_at=FILED_AT,
    )  # fmt: skip
    Decision.objects.filter(pk=decision.pk).update(
        status="released", release=release, released_at=FILED_AT, letter="Brief", reply_until=FILED_AT
    )

    assert "Te weinig plaatsen." not in before
    assert "Te weinig plaatsen." in chapter_of(scored, reader)


def test_what_an_organisation_wrote_is_text_and_nothing_else(pajotarl):
    wrote = '{% load static %}{{ settings.SECRET_KEY }}<img src="file:///etc/passwd"><script>x</script>'
    house = OrganisationFactory(name="<b>Vet</b> {{ call }}")
    proposal = filed_proposal(
        call=pajotarl, organisation=house, answers={"summary": wrote, "title": wrote[:90]}
    )

    [chapter] = chapters(pajotarl, queries.only(proposal), reader=Reader.JURY)

    assert "{{ settings.SECRET_KEY }}&lt;img src=&quot;file:///etc/passwd&quot;&gt;" in chapter.html
    assert "<script" not in chapter.html
    assert "<img" not in chapter.html
    assert "<b>" not in chapter.html


@pytest.mark.parametrize("count", [1, 3])
def test_chapters_ask_the_same_number_of_questions(pajotarl, shortlist, count, django_assert_num_queries):
    run_matching(call=pajotarl, by=None)
    some = queries.running(pajotarl).filter(pk__in=[proposal.pk for proposal in shortlist[:count]])

    with django_assert_num_queries(17):
        assert len(list(chapters(pajotarl, some, reader=Reader.JURY))) == count


@pytest.mark.parametrize(("status", "word"), [("not_shortlisted", "Ingediend"), ("reserve", "Reserve")])
def test_cover_tells_the_organisation_no_more_of_its_status_than_the_letter(scored, status, word):
    scored.status = status
    scored.save()

    cover = books.dossier(scored, reader=Reader.CANDIDATE, seen=False).front({})

    assert f"<td>{word}</td>" in cover
