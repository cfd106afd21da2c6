"""What allauth mails goes through the outbox: all of it, in the reader's language, wiped once sent."""

import re
from pathlib import Path

import allauth
import pytest
from django.utils import translation

from notifications.adapter import KINDS, NOTICES, OutboxAccountAdapter
from notifications.models import Message
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

# Switched off by the settings: a password is reset by a link, not by a code.
UNUSED = {"account/email/password_reset_code"}


@pytest.fixture
def adapter(rf):
    request = rf.get("/")
    request.user = UserFactory(language="en")
    adapter = OutboxAccountAdapter(request)
    adapter.request = request
    return adapter


def test_every_mail_of_allauth_has_its_template():
    rooms = [Path(allauth.__file__).parent / room for room in ("account", "mfa")]
    sources = [source.read_text() for room in rooms for source in room.rglob("*.py")]

    sent = set(re.findall(r'"((?:account|mfa)/email/\w+)"', " ".join(sources)))

    assert sent - UNUSED == set(KINDS) | NOTICES


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("prefix", sorted(NOTICES))
def test_notice_says_what_happened(adapter, prefix, language):
    user = UserFactory(language=language)
    with translation.override("nl" if language == "en" else "en"):
        adapter.send_mail(prefix, user.email, {"from_email": "a", "to_email": "b", "deleted_email": "c"})

    message = Message.objects.get()
    paragraphs = [part for part in message.text.split("\n\n") if part.strip()]
    assert (message.user, message.secret, message.language) == (user, True, language)
    assert ("uw account" in message.text) is (language == "nl")
    assert len(paragraphs) == 6


def test_mail_to_an_unknown_address_of_a_known_person_is_in_their_language(adapter):
    adapter.send_mail(
        "account/email/email_confirmation", "nieuw@adres.example", {"activate_url": "https://x/"}
    )

    message = Message.objects.get()
    assert (message.recipient, message.user, message.language) == (
        "nieuw@adres.example",
        adapter.request.user,
        "en",
    )
    assert message.useful_until > message.created_at


def test_mail_of_allauth_that_nobody_wrote_is_refused(adapter):
    with pytest.raises(KeyError):
        adapter.send_mail("account/email/unheard_of", "wie@dan.example", {})
