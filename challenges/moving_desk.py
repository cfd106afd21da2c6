"""Moving a call's dates on the staff desk: first what that changes, then the change itself."""

from django.contrib.messages.storage import default_storage
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from challenges.models import Call
from challenges.moving import look_ahead

CONFIRMED = "_dates_confirmed"
TEMPLATE = "admin/challenges/call/moving.html"


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
        shown = request._messages
        request._messages = default_storage(request)  # “was changed” is not true yet
        found = look_ahead(call, save)
        request._messages = shown
        if not found.moves:
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": _("What moving these dates changes"),
            "opts": self.opts,
            "original": call,
            "moves": found.moves,
            "changes": found.changes,
            "unchanged": found.unchanged,
            "fields": [pair for pair in _pairs(request.POST) if pair[0] != "csrfmiddlewaretoken"],
            "confirmed": CONFIRMED,
        }
        return TemplateResponse(request, TEMPLATE, context)


def _pairs(data):
    return [(name, value) for name, values in data.lists() for value in values]
