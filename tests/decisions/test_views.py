from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from decisions.effect import effect_of
from decisions.models import LateReply, Reply
from decisions.replies import assess_reply, digest_of_reply, reply_to_decision
from reviews.models import ConflictOfInterest
from tests.decisions.factories import (
    DECIDING,
    REPLY_ENDS,
    REPLYING,
    call_to_decide,
    coordinator,
    decided,
    released,
    replied,
)
from tests.factories import MembershipFactory
from tests.reviews.factories import filed_proposal, reader

pytestmark = pytest.mark.django_db
DOCUMENT = settings.BASE_DIR / "data" / "demo" / "jaarverslag.pdf"


@pytest.fixture
def proposal():
    return filed_proposal(call_to_decide(), status="shortlisted")


@pytest.fixture
def member(proposal):
    return MembershipFactory(organisation=proposal.organisation).user


@pytest.fixture
def decision(proposal, member):
    with time_machine.travel(DECIDING, tick=False):
        return released(proposal)[0]


def address(name, decision):
    return reverse(f"decisions:{name}", args=[decision.proposal_id])


@pytest.mark.parametrize("name", ["decision", "letter", "reply"])
def test_pages_answer_404_to_everybody_but_the_addressee(client, decision, name):
    for person in (MembershipFactory().user, decision.drafted_by):
        client.force_login(person)
        assert client.get(address(name, decision)).status_code == 404


@pytest.mark.parametrize("name", ["decision", "letter", "reply"])
def test_pages_ask_to_log_in(client, decision, name):
    assertRedirects(
        client.get(address(name, decision)),
        f"{reverse('account_login')}?next={address(name, decision)}",
        fetch_redirect_response=False,
    )


def test_decision_that_is_not_released_answers_404(client, proposal, member):
    with time_machine.travel(DECIDING, tick=False):
        decision = decided(proposal, by=coordinator(proposal))
    client.force_login(member)

    assert client.get(address("decision", decision)).status_code == 404


def test_decision_shows_letter_and_right_of_reply(client, decision, member):
    client.force_login(member)

    with time_machine.travel(REPLYING, tick=False):
        response = client.get(address("decision", decision))

    assertContains(response, "Reden voor aanpak.")
    assertContains(response, address("reply", decision))
    assertContains(response, "14 oktober 2023, 23u59")


def test_decision_after_the_right_of_reply(client, decision, member):
    client.force_login(member)

    with time_machine.travel(REPLY_ENDS, tick=False):
        response = client.get(address("decision", decision))

    assertNotContains(response, address("reply", decision))


def test_letter_is_an_accessible_pdf_with_everything(client, decision, member):
    client.force_login(member)

    response = client.get(address("letter", decision))

    reader = PdfReader(BytesIO(response.content))
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert response["Content-Type"] == "application/pdf"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "nl"
    for part in (decision.proposal.reference, "Reden voor bereik.", "Raad van State", "23u59"):
        assert part in text


def test_letter_is_the_same_every_time(client, decision, member):
    client.force_login(member)

    assert client.get(address("letter", decision)).content == client.get(address("letter", decision)).content


def test_reply_is_sent_and_then_read_back(client, decision, member):
    client.force_login(member)

    with time_machine.travel(REPLYING, tick=False):
        assertContains(client.get(address("reply", decision)), "<textarea")
        response = client.post(
            address("reply", decision),
            {"text": "Wij zijn het niet eens.", "disputes": ["aanpak"]},
            follow=True,
        )

    assertContains(response, "Wij zijn het niet eens.")
    assert Reply.objects.get().received_at == REPLYING
    assertRedirects(client.get(address("reply", decision)), address("decision", decision))


def test_reply_without_text_keeps_what_was_ticked(client, decision, member):
    client.force_login(member)

    with time_machine.travel(REPLYING, tick=False):
        response = client.post(address("reply", decision), {"text": " ", "disputes": ["aanpak"]})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["text"]
    assert response.context["form"]["disputes"].value() == ["aanpak"]


def test_reply_that_comes_too_late_is_recorded_and_stays_on_the_screen(client, decision, member):
    client.force_login(member)

    with time_machine.travel(REPLY_ENDS, tick=False):
        assertNotContains(client.get(address("reply", decision)), "<textarea")
        response = client.post(address("reply", decision), {"text": "Net te laat getypt."})

    assertContains(response, "Net te laat getypt.", status_code=422)
    assert LateReply.objects.get().text == "Net te laat getypt."


def test_reply_in_the_last_millisecond_counts(client, decision, member):
    client.force_login(member)

    with time_machine.travel(REPLY_ENDS - timedelta(milliseconds=1), tick=False):
        client.post(address("reply", decision), {"text": "Nog net.", "disputes": ["aanpak"]})

    assert Reply.objects.count() == 1


@pytest.mark.parametrize(("outcome", "revised_to"), [("upheld", ""), ("revised", "selected")])
def test_decision_shows_the_assessment(client, proposal, decision, member, outcome, revised_to):
    with time_machine.travel(REPLYING, tick=False):
        reply = replied(decision, by=member)
        assess_reply(
            reply=reply,
            outcome=outcome,
            revised_to=revised_to,
            reasons="Na lang wikken.",
            by=reader(proposal),
            seen=effect_of(reply.decision, revised_to=revised_to).digest if revised_to else "",
        )
    client.force_login(member)

    response = client.get(address("decision", decision))

    assertContains(response, "Na lang wikken.")
    assert response.context["assessment"].outcome == outcome


def pdf_text(response):
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages).split()
    )


def test_reply_by_form_with_a_document_gives_receipt_and_answer(client, proposal, decision, member):
    client.force_login(member)
    paper = SimpleUploadedFile("aanpak.pdf", DOCUMENT.read_bytes())
    with time_machine.travel(REPLYING, tick=False):
        sent = {"text": "Zie bijlage.", "disputes": ["aanpak"], "files": [paper]}
        client.post(address("reply", decision), sent)
        reply = Reply.objects.get()
        assess_reply(reply=reply, outcome="upheld", reasons="Toch niet.", by=reader(proposal))

    receipt, answer = client.get(address("receipt", decision)), client.get(address("answer", decision))
    file = client.get(reverse("decisions:reply_file", args=[reply.attachments.get().pk]))

    assert digest_of_reply(reply)[:32] in pdf_text(receipt).replace(" ", "")
    assert "Toch niet." in pdf_text(answer)
    assert b"".join(file.streaming_content) == DOCUMENT.read_bytes()
    file.close()


def test_documents_of_a_reply_stay_shut_for_a_conflict(client, proposal, decision, member):
    paper = SimpleUploadedFile("aanpak.pdf", DOCUMENT.read_bytes())
    reply = reply_to_decision(
        decision=decision, text="Zie.", by=member, received_at=REPLYING, disputes=["aanpak"], files=[paper]
    )
    stranger, tied = reader(filed_proposal(proposal.call)), reader(proposal)
    ConflictOfInterest.objects.filter(user=tied).update(kind="family", explanation="Mijn zus.")

    for person in (stranger, tied):
        client.force_login(person)
        assert (
            client.get(reverse("decisions:reply_file", args=[reply.attachments.get().pk])).status_code == 404
        )
