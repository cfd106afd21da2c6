"""Moving a call's dates on the staff desk: first what that changes, then the change itself."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.messages.storage import default_storage
from django.db import transaction
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from challenges.models import Call, Milestone
from challenges.planned import What, compare, plan_of
from journal import clock

CONFIRMED = "_dates_confirmed"
TEMPLATE = "admin/challenges/call/moving.html"


@dataclass(frozen=True)
class Move:
    """One date of a milestone as it was and as it becomes; None where there is none."""

    milestone: str
    is_end: bool
    was: datetime | None
    becomes: datetime | None


class PreviewsMoves:
    """Put before ModelAdmin of Call: who moves a milestone sees which reminders follow, before saving.

    The change is made as it will be, looked at, and rolled back; so what is shown is what will happen.
    """

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        asks = request.method == "POST" and object_id and CONFIRMED not in request.POST
        if asks and (call := self.get_object(request, object_id)):
            seen = self._look_ahead(request, call, lambda: self._save(request, object_id, form_url))
            if seen is not None:
                return seen
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _save(self, request, object_id, form_url):
        return super().changeform_view(request, object_id, form_url)

    def _look_ahead(self, request, call: Call, save):
        """The page to show first, or None when no date moves (or the form has errors)."""
        at = clock.now()
        before, plan_before = _dates(call), plan_of(call, at=at)
        shown = request._messages
        request._messages = default_storage(request)  # “was changed” is not true yet
        with transaction.atomic():
            save()
            fresh = Call.objects.get(pk=call.pk)
            after = _dates(fresh)
            plan_after = plan_of(fresh, at=at) if after != before else []
            transaction.set_rollback(True)
        request._messages = shown
        if after == before:
            return None
        changes = compare(plan_before, plan_after)
        context = {
            **self.admin_site.each_context(request),
            "title": _("What moving these dates changes"),
            "opts": self.opts,
            "original": call,
            "moves": _moves(before, after),
            "changes": [each for each in changes if each.what != What.UNCHANGED],
            "unchanged": sum(each.mails for each in changes if each.what == What.UNCHANGED),
            "fields": [pair for pair in _pairs(request.POST) if pair[0] != "csrfmiddlewaretoken"],
            "confirmed": CONFIRMED,
        }
        return TemplateResponse(request, TEMPLATE, context)


def _pairs(data):
    return [(name, value) for name, values in data.lists() for value in values]


def _dates(call: Call) -> dict[tuple[int, str, bool], datetime | None]:
    dates = {}
    for milestone in Milestone.objects.filter(call=call):
        for is_end, moment in ((False, milestone.starts), (True, milestone.until)):
            dates[milestone.pk, str(milestone), is_end] = moment
    return dates


def _moves(before: dict, after: dict) -> list[Move]:
    keys = {**before, **after}
    return [
        Move(name, is_end, before.get((pk, name, is_end)), after.get((pk, name, is_end)))
        for pk, name, is_end in keys
        if before.get((pk, name, is_end)) != after.get((pk, name, is_end))
    ]
