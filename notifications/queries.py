"""Reading the outbox."""

from django.db.models import Count, Min, Q

from accounts.queries import calls_of_staff, organisations_of
from accounts.registry import kept_from
from notifications.models import BouncedAddress, Message

Status = Message.Status


def messages_to(user):
    """Every mail sent to this person or about their organisations, newest first; no secret ones."""
    return (
        Message.objects.filter(Q(user=user) | Q(organisation__in=organisations_of(user)), secret=False)
        .exclude(status=Status.HELD)
        .select_related("organisation", "call")
        .order_by("-created_at", "pk")
    )


def outbox_of(user):
    """The mails of the calls this person reads as staff, without those a conflict of interest hides."""
    rows = Message.objects.select_related("call", "organisation")
    if user.is_superuser:
        return rows
    rows = rows.filter(call__in=calls_of_staff(user), secret=False)
    return rows.exclude(kept_from(user, organisation="organisation", call="call"))


def bounced_addresses_of(user):
    """The addresses that refused a mail of the calls this person coordinates or reviews."""
    rows = BouncedAddress.objects.select_related("message")
    return rows if user.is_superuser else rows.filter(message__in=outbox_of(user))


def refusing(addresses) -> dict[str, str]:
    """Which of these addresses refused mail the last time, with the reason."""
    rows = BouncedAddress.objects.filter(address__in={address.lower() for address in addresses})
    return dict(rows.order_by("address").values_list("address", "reason"))


def caught_mail():
    """Practice mode's mailbox: everything that would have left, newest first."""
    return Message.objects.filter(status=Status.SENT).order_by("-sent_at", "pk")


def counts_by_status(call) -> dict[str, int]:
    """How many messages of `call` stand in each status; statuses without messages are left out."""
    rows = Message.objects.filter(call=call).order_by().values("status").annotate(count=Count("pk"))
    return {row["status"]: row["count"] for row in rows}


def told_in(call, *, kind: str) -> set[tuple[str, str]]:
    """(about, occurrence) of every mail of `kind` in `call` that no longer waits."""
    gone = Message.objects.filter(call=call, kind=kind).exclude(status=Status.WAITING)
    return set(gone.values_list("about", "occurrence"))


def oldest_waiting():
    """When the mail that waits longest was written, in the portal's time; None when nothing waits."""
    waiting = Message.objects.filter(status__in=[Status.WAITING, Status.CLAIMED])
    return waiting.aggregate(oldest=Min("created_at"))["oldest"]
