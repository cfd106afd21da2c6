"""The receipt as PDF proves itself: unchanged it is genuine, and every other file is not."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from submissions import actions
from submissions.seal import opened, sealed
from tests.factories import FILED_AT, MembershipFactory, filed_proposal
from tests.submissions import uploads

DIGEST = "4f0a" * 16
PAGE = "/ontvangstbewijs/"


@pytest.fixture(autouse=True)
def nobody_asked_before(db):
    cache.clear()


def seal(pdf=b"%PDF-1.7 inhoud %%EOF", reference="REGIO-2023-001"):
    return sealed(pdf, reference=reference, digest=DIGEST)


def test_unchanged_file_tells_what_it_proves():
    assert opened(seal()) == ("REGIO-2023-001", DIGEST)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.replace(b"inhoud", b"Inhoud"),
        lambda content: content.replace(b"2023-001", b"2023-002"),
        lambda content: content.replace(b"4f0a4f0a", b"4f0b4f0a"),
        lambda content: content + b"\n",
        lambda content: content[:-1],
        lambda content: content + content,
        lambda content: content.rpartition(b"\n%")[0],
        lambda content: b"",
        lambda content: b"\n%pajotarl-receipt/1 X " + DIGEST.encode() + b" \xff\n",
    ],
)
def test_changed_file_proves_nothing(change):
    assert opened(change(seal())) is None


def test_file_sealed_under_another_key_proves_nothing(settings):
    content = seal()
    settings.SECRET_KEY = "een-andere-sleutel"

    assert opened(content) is None


def test_file_sealed_under_the_key_before_still_holds(settings):
    content = seal()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "een-andere-sleutel"

    assert opened(content) == ("REGIO-2023-001", DIGEST)


def ask(client, content):
    return client.post(
        PAGE, {"file": SimpleUploadedFile("bewijs.pdf", content), "reference": "", "digest": ""}
    )


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def receipt(client, member):
    """The PDF of the first version, as its member downloads it."""
    proposal = filed_proposal(organisation=member.organisation, by=member.user)
    client.force_login(member.user)
    content = client.get(reverse("submissions:receipt_pdf", args=[proposal.pk, 1])).content
    client.logout()
    return proposal, content


def test_pdf_is_genuine_then_replaced_and_nothing_else_is_told(client, receipt, member):
    proposal, content = receipt

    genuine = ask(client, content).content.decode()
    proposal.title = "Een andere titel"
    proposal.save()
    actions.file_proposal(proposal=proposal, by=member.user, received_at=FILED_AT)
    replaced = ask(client, content).content.decode()
    edited = ask(client, content.replace(b"%PDF-1.7", b"%PDF-1.6"))

    assert "Dit is het echte ontvangstbewijs van versie 1, de laatste die werd ingediend." in genuine
    assert "Echt, maar vervangen" in replaced
    assert "versie 2" in replaced
    assert "geen ontvangstbewijs zoals het portaal het uitreikte" in edited.content.decode()
    assert proposal.organisation.name not in genuine + replaced
    assert "Samen op weg" not in genuine + replaced


def test_other_pdf_is_not_genuine(client):
    assert "Niet echt" in ask(client, uploads.pdf().getvalue()).content.decode()


def test_file_far_too_large_for_a_receipt_is_refused_in_words(client):
    page = ask(client, b"%PDF" + bytes(5_000_000))

    assert page.status_code == 422
    assert "nooit groter dan 5 MB" in page.content.decode()


def test_pdf_is_judged_ten_times_a_minute(client):
    content = uploads.pdf().getvalue()

    answers = [ask(client, content).status_code for _ in range(11)]

    assert answers == [200] * 10 + [429]
