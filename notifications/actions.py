"""The outbox: writing a mail in the transaction of the change it tells about."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import translation

from journal import clock
from journal.actions import key_of
from notifications.models import Message


def notify(
    kind: str,
    *,
    to,
    about,
    occurrence: str = "",
    context: dict | None = None,
    call=None,
    organisation=None,
    attachments: list[dict] | None = None,
    hold: bool = False,
    secret: bool = False,
    useful_until: datetime | None = None,
) -> list[Message]:
    """Put the mail `kind` in the outbox, once for each recipient, and return the new rows.

    `to` holds users or plain addresses; `about` is a saved model or a ready key. The mail is rendered now, in
    the reader's language, from `notifications/<kind>.{subject.txt,txt,html}`. `attachments` are
    `{"name", "type", "text"}`. (kind, recipient, about, occurrence) is unique: what was queued
    before is not queued again. `hold` keeps it until `release`; after `useful_until` it is dropped.
    """
    moment = clock.now()
    common = {"about": key_of(about), "occurrence": occurrence, "call": call, "organisation": organisation}
    common |= {"attachments": attachments or [], "secret": secret, "useful_until": useful_until}
    common |= {"status": Message.Status.HELD if hold else Message.Status.WAITING}
    rows = [
        Message(
            kind=kind, created_at=moment, due_at=moment, **common, **_rendered(kind, person, context or {})
        )
        for person in to
    ]
    known = set(
        Message.objects.filter(kind=kind, about=common["about"], occurrence=occurrence).values_list(
            "recipient", flat=True
        )
    )
    fresh = [row for row in rows if row.recipient not in known]
    Message.objects.bulk_create(fresh, ignore_conflicts=True)
    return fresh


def _rendered(kind: str, person, context: dict) -> dict:
    address = person if isinstance(person, str) else person.email
    user = None if isinstance(person, str) else person
    language = getattr(user, "language", "nl")
    with translation.override(language):
        full = {**context, "person": user}
        return {
            "recipient": address,
            "user": user,
            "language": language,
            "subject": " ".join(render_to_string(f"notifications/{kind}.subject.txt", full).split()),
            "text": render_to_string(f"notifications/{kind}.txt", full),
            "html": render_to_string(f"notifications/{kind}.html", full),
        }
