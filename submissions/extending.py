"""A later deadline: asked by one coordinator, granted by another."""

from datetime import datetime

from django.db import transaction

from accounts.models import Organisation, User
from challenges.actions import extend_filing
from challenges.models import Call
from journal.actions import record
from submissions import mails, rules
from submissions.models import Extension


@transaction.atomic
def request_extension(
    *,
    call: Call,
    organisation: Organisation | None,
    until: datetime,
    reason: str,
    by: User,
    received_at: datetime,
) -> Extension:
    """Ask for a later deadline for `organisation`, or for everyone when None; it does not hold yet.

    Raises NotAllowed for who is no coordinator, ExtensionRefused when `until` is no later deadline.
    """
    rules.require_extension_possible(
        user=by, call=call, until=until, organisation=organisation, at=received_at
    )
    extension = Extension.objects.create(
        call=call,
        organisation=organisation,
        until=until,
        reason=reason,
        requested_by=by,
        requested_at=received_at,
    )
    _record_extension("extension.requested", extension, by=by, at=received_at)
    return extension


@transaction.atomic
def approve_extension(*, extension: Extension, by: User, received_at: datetime) -> Extension:
    """Let the extension hold, and mail those who have a proposal in the call and may use it.

    Raises NotAllowed, or ExtensionRefused for the one who asked and for an approved extension.
    """
    extension = Extension.objects.select_for_update(of=("self",)).select_related("call").get(pk=extension.pk)
    rules.require_second_person(by, extension=extension)
    extension.approved_by, extension.approved_at = by, received_at
    extension.save()
    if extension.organisation_id is None:
        extend_filing(call=extension.call, until=extension.until, reason=extension.reason)
    mails.announce_extension(extension)
    _record_extension("extension.approved", extension, by=by, at=received_at)
    return extension


def _record_extension(verb, extension, *, by, at):
    record(
        verb,
        about=extension,
        by=by,
        call=extension.call,
        at=at,
        organisation=extension.organisation_id,
        until=extension.until.isoformat(),
        reason=extension.reason,
    )
