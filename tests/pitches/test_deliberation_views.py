import pytest
from django.urls import reverse

from pitches import actions, deliberation, queries
from pitches.models import Ballot, Deliberation, Voter
from tests.pitches.factories import conflict, criterion, declare_nothing, juror_of

pytestmark = pytest.mark.django_db


def page(pitch) -> str:
    return reverse("pitches:deliberation", args=[pitch.call.slug, pitch.pk])


def press(client, pitch, do, **given):
    return client.post(page(pitch), {"do": do, **given})


@pytest.fixture
def chair(client, jurors):
    client.force_login(jurors[0])
    return jurors[0]


# The chair's overview


def test_chair_sees_who_has_scored(client, pitch, jurors, chair):
    aim, other = criterion(pitch.call, "aanpak", 60), criterion(pitch.call, "ervaring", 40)
    actions.save_sheet(pitch=pitch, juror=jurors[0], notes="", scores={aim.pk: 3, other.pk: 4}, revision=0)
    actions.save_sheet(pitch=pitch, juror=jurors[1], notes="", scores={aim.pk: 3}, revision=0)

    [row] = client.get(reverse("pitches:chair", args=[pitch.call.slug])).context["rows"]

    assert [(one.scored, one.of, one.is_done) for one in row.panel[:3]] == [
        (2, 2, True),
        (1, 2, False),
        (0, 2, False),
    ]
    assert row.done == 1


def test_chair_sees_nothing_of_what_they_are_recused_from(client, pitch, chair):
    conflict(chair, pitch.proposal)

    response = client.get(reverse("pitches:chair", args=[pitch.call.slug]))

    assert response.context["rows"] == []
    assert client.get(page(pitch)).status_code == 404


def test_chair_page_is_not_for_other_jurors(client, pitch, jurors):
    client.force_login(jurors[2])

    assert client.get(reverse("pitches:chair", args=[pitch.call.slug])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_chair_page_costs_the_same_whatever_the_number_of_jurors(
    client, pitch, chair, count, django_assert_num_queries
):
    url = reverse("pitches:chair", args=[pitch.call.slug])
    pitch.told_jurors.set(queries.jurors_of(pitch.call)[:count])
    client.get(url)

    with django_assert_num_queries(13):
        client.get(url)


# The page of one pitch


def test_deliberation_is_not_for_who_did_not_hear_the_pitch(client, pitch):
    late = juror_of(pitch.call)
    declare_nothing(late, pitch.call)
    client.force_login(late)

    assert client.get(page(pitch)).status_code == 404


def test_deliberation_shows_scores_only_once_it_has_begun(client, pitch, jurors, chair):
    aim = criterion(pitch.call)
    actions.save_sheet(pitch=pitch, juror=jurors[1], notes="Geheim.", scores={aim.pk: 4}, revision=0)
    before = client.get(page(pitch))

    press(client, pitch, "open")
    after = client.get(page(pitch))

    assert before.context["scores"] is None
    [(found, values, average)] = after.context["scores"].rows
    assert (found, values, average, after.context["scores"].total) == (aim, (4,), 4, 80)
    assert "Geheim." not in after.content.decode()


def test_deliberation_from_notes_to_a_consensus(client, pitch, chair):
    press(client, pitch, "open")
    press(client, pitch, "notes", notes="Iedereen is overtuigd.", revision=0)
    response = press(client, pitch, "conclude", advice="favourable", reasons="Kent de buurt.")

    assert response.status_code == 302
    kept = Deliberation.objects.get()
    assert (kept.notes, kept.advice, kept.method, kept.concluded_by) == (
        "Iedereen is overtuigd.",
        "favourable",
        "consensus",
        chair,
    )


def test_deliberation_from_a_ballot_to_the_casting_vote(client, pitch, jurors, chair):
    press(client, pitch, "open")
    press(client, pitch, "ballot")
    for juror, choice in zip(jurors, ["favourable", "unfavourable", "blank"], strict=False):
        client.force_login(juror)
        assert press(client, pitch, "vote", choice=choice).status_code == 302
    client.force_login(chair)
    press(client, pitch, "close")
    response = client.get(page(pitch))

    ballot = response.context["ballot"]
    assert (ballot.voted, ballot.ballot.favourable, ballot.ballot.unfavourable, ballot.ballot.blank) == (
        3,
        1,
        1,
        1,
    )
    press(client, pitch, "conclude", advice="unfavourable", reasons="Te weinig ervaring.")
    assert Deliberation.objects.get().method == "casting_vote"


def test_deliberation_never_shows_what_somebody_voted(client, pitch, jurors, chair):
    press(client, pitch, "open")
    press(client, pitch, "ballot")

    press(client, pitch, "vote", choice="unfavourable")
    shown = client.get(page(pitch)).content.decode()

    assert "checked" not in shown
    assert Voter.objects.get(juror=chair).has_voted


@pytest.mark.parametrize(
    ("do", "given"),
    [
        ("notes", {"notes": "Oud.", "revision": 7}),
        ("vote", {}),
        ("close", {}),
        ("conclude", {"advice": "favourable", "reasons": ""}),
        ("reopen", {"reason": ""}),
        ("ballot", {}),
    ],
)
def test_deliberation_says_why_something_cannot_be(client, pitch, chair, do, given):
    press(client, pitch, "open")
    press(client, pitch, "ballot")

    response = press(client, pitch, do, **given)

    assert response.status_code == 422
    assert response.context["problem"]


def test_deliberation_that_was_concluded_can_be_taken_back(client, pitch, chair):
    press(client, pitch, "open")
    press(client, pitch, "conclude", advice="favourable", reasons="Sterk.")

    press(client, pitch, "reopen", reason="Vergissing.")

    assert not Deliberation.objects.get().is_concluded


def test_ballot_can_be_stopped(client, pitch, chair):
    press(client, pitch, "open")
    assert press(client, pitch, "abandon").status_code == 422
    press(client, pitch, "ballot")

    press(client, pitch, "abandon")

    assert Ballot.objects.get().state == "void"


@pytest.mark.parametrize("do", ["", "constructor", "act", "vote"])
def test_deliberation_knows_only_its_own_buttons(client, pitch, chair, do):
    assert press(client, pitch, do).status_code == 404


def test_deliberation_buttons_of_the_chair_are_not_for_others(client, pitch, jurors):
    client.force_login(jurors[2])

    assert press(client, pitch, "open").status_code == 403


def test_ballot_state_says_when_the_page_is_out_of_date(client, pitch, chair):
    state = reverse("pitches:deliberation_state", args=[pitch.call.slug, pitch.pk])
    stamp = client.get(page(pitch)).context["stamp"]
    assert not client.get(state, {"seen": stamp}).context["stale"]

    deliberation.open_deliberation(pitch=pitch, by=chair)

    assert client.get(state, {"seen": stamp}).context["stale"]


# Withdrawing at the table


def test_recuse_hides_the_pitch_at_once(client, pitch, jurors):
    client.force_login(jurors[3])
    url = reverse("pitches:recuse", args=[pitch.call.slug, pitch.pk])
    assert client.post(url, {"kind": "family", "explanation": ""}).status_code == 200

    client.post(url, {"kind": "family", "explanation": "Mijn broer werkt er sinds kort."})

    assert client.get(url).status_code == 404
    assert jurors[3] not in queries.panel_of(pitch)


@pytest.mark.parametrize(("kind", "source"), [("other", "declared"), ("member", "found")])
def test_recuse_again_after_a_coordinator_lifted_an_earlier_tie(client, pitch, jurors, kind, source):
    conflict(jurors[3], pitch.proposal)
    jurors[3].conflicts.update(
        kind=kind,
        source=source,
        lifted_at=pitch.told_during.lower,
        lifted_by=jurors[0],
        lift_reason="Vroegere job.",
    )
    client.force_login(jurors[3])
    url = reverse("pitches:recuse", args=[pitch.call.slug, pitch.pk])

    client.post(url, {"kind": "family", "explanation": "Broer."})

    assert client.get(url).status_code == 404
    assert jurors[3] not in queries.panel_of(pitch)


# A score sheet that a script saves


def test_sheet_answers_a_script(client, pitch, jurors):
    aim = criterion(pitch.call)
    client.force_login(jurors[1])
    url = reverse("pitches:sheet", args=[pitch.call.slug, pitch.pk])
    script = {"headers": {"Accept": "application/json"}}

    first = client.post(url, {"notes": "Een", "revision": 0, "editor": "a", f"score_{aim.pk}": 2}, **script)
    lost = client.post(url, {"notes": "Twee", "revision": 0, "editor": "a"}, **script)
    other = client.post(url, {"notes": "Drie", "revision": 0, "editor": "b"}, **script)
    wrong = client.post(url, {"notes": "", "revision": 2, f"score_{aim.pk}": 9}, **script)

    assert [answer.status_code for answer in (first, lost, other, wrong)] == [200, 200, 409, 422]
    assert (first.json()["revision"], lost.json()["revision"]) == (1, 2)
    assert "ander venster" in other.json()["refused"]
    assert list(wrong.json()["errors"]) == [f"score_{aim.pk}"]
    assert queries.sheet_of(pitch, jurors[1]).notes == "Twee"


def test_deliberation_notes_answer_a_script(client, pitch, jurors, opened):
    client.force_login(jurors[0])
    url = reverse("pitches:deliberation", args=[pitch.call.slug, pitch.pk])
    script = {"headers": {"Accept": "application/json"}}

    def save(**given):
        return client.post(url, {"do": "notes"} | given, **script)

    kept = save(notes="Sterk.", revision=0, editor="a")
    other = save(notes="Zwak.", revision=0, editor="b")
    wrong = save(notes="x" * 8001, revision=1)

    assert [answer.status_code for answer in (kept, other, wrong)] == [200, 409, 422]
    assert kept.json()["revision"] == 1
    assert "ander venster" in other.json()["refused"]
    assert list(wrong.json()["errors"]) == ["notes"]
    opened.refresh_from_db()
    assert opened.notes == "Sterk."


def test_sheet_keeps_its_scores_while_the_jury_deliberates(client, pitch, jurors, opened):
    aim = criterion(pitch.call)
    client.force_login(jurors[1])
    url = reverse("pitches:sheet", args=[pitch.call.slug, pitch.pk])

    client.post(url, {"notes": "Nog iets.", "revision": 0, f"score_{aim.pk}": 5})

    sheet = queries.sheet_of(pitch, jurors[1])
    assert (sheet.notes, sheet.scores.count()) == ("Nog iets.", 0)
