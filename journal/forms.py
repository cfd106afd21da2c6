from django import forms
from django.utils.translation import gettext_lazy as _


class ClockForm(forms.Form):
    """A moment for the portal clock: Brussels time unless it carries an offset."""

    moment = forms.DateTimeField(
        label=_("Date and hour (Brussels time)"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": _("Give the date and the hour to which the clock must go."),
            "invalid": _("This is not a date with an hour. Write it as 2023-08-21 10:00."),
        },
    )
