"""Forms of the jury room and of the hours in which one cannot come."""

from datetime import date, datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from journal.templatetags import moments
from pitches.deliberation import BLANK
from pitches.models import Deliberation, Pitch, Room, ScoreSheet
from reviews.forms import DECLARABLE
from reviews.models import HIGHEST, ConflictOfInterest

TIES = [(kind, label) for kind, label in DECLARABLE if kind != ConflictOfInterest.Kind.NONE]


class HoursForm(forms.Form):
    """A stretch of one of the pitch days, in the call's own time zone."""

    date = forms.TypedChoiceField(label=_("Day"), coerce=date.fromisoformat)
    start = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    end = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    reason = forms.CharField(label=_("Reason (not required)"), max_length=200, required=False)

    def __init__(self, *args, call, dates, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = call.zone
        self.fields["date"].choices = [(found.isoformat(), moments.day(found)) for found in dates]

    def clean(self):
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        if start and end and end <= start:
            self.add_error("end", _("The end lies before the start. Give a later hour."))
        return self.cleaned_data

    def hours(self) -> dict[str, datetime]:
        day = self.cleaned_data["date"]
        return {
            name: datetime.combine(day, self.cleaned_data[name], tzinfo=self.zone)
            for name in ("start", "end")
        }


class OrganisationHoursForm(HoursForm):
    rather_not = forms.BooleanField(label=_("We could come, but would rather not"), required=False)


class SheetForm(forms.Form):
    """Notes, and a score with its written anchor for each criterion."""

    notes = forms.CharField(
        label=_("Notes"),
        help_text=_("Only you read these."),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=6000,
        required=False,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)
    editor = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *args, criteria, sheet: ScoreSheet | None, locked: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        given = {score.criterion_id: score.value for score in sheet.scores.all()} if sheet else {}
        self.initial |= {"notes": sheet.notes if sheet else "", "revision": sheet.revision if sheet else 0}
        for criterion in self.criteria:
            self.fields[f"score_{criterion.pk}"] = forms.TypedChoiceField(
                label=criterion.name,
                help_text=criterion.question,
                choices=[(value, f"{value} · {criterion.anchors[value]}") for value in range(HIGHEST + 1)],
                widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
                coerce=int,
                empty_value=None,
                initial=given.get(criterion.pk),
                required=False,
                disabled=locked,
            )

    def score_fields(self):
        """(criterion, its field)"""
        return [(criterion, self[f"score_{criterion.pk}"]) for criterion in self.criteria]

    def scores(self) -> dict[int, int]:
        values = {criterion.pk: self.cleaned_data[f"score_{criterion.pk}"] for criterion in self.criteria}
        return {pk: value for pk, value in values.items() if value is not None}


class MoveForm(forms.Form):
    """Where and when a pitch is heard, and by whom."""

    room = forms.ModelChoiceField(label=_("Room"), queryset=Room.objects.none(), empty_label=None)
    date = forms.TypedChoiceField(label=_("Day"), coerce=date.fromisoformat)
    start = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    everyone = forms.BooleanField(
        label=_("Seat everyone who is free then and has no conflict of interest"), required=False
    )
    jurors = forms.ModelMultipleChoiceField(
        label=_("Jury members"),
        help_text=_("Who has a conflict of interest with this organisation is not in the list."),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args, pitch: Pitch, rooms, dates, jurors, **kwargs):
        super().__init__(*args, **kwargs)
        self.zone = pitch.call.zone
        self.fields["room"].queryset = rooms
        self.fields["jurors"].queryset = jurors
        self.fields["date"].choices = [(found.isoformat(), moments.day(found)) for found in dates]
        self.initial = {"everyone": pitch.during is None, "room": pitch.room}
        if pitch.during:
            start = pitch.during.lower.astimezone(self.zone)
            seated = pitch.seats.values_list("juror", flat=True)
            self.initial |= {"date": start.date().isoformat(), "start": start.time(), "jurors": list(seated)}

    def place(self) -> dict:
        """What `move_pitch` asks for."""
        chosen = self.cleaned_data
        return {
            "room": chosen["room"],
            "start": datetime.combine(chosen["date"], chosen["start"], tzinfo=self.zone),
            "jurors": None if chosen["everyone"] else chosen["jurors"],
        }


class NotesForm(forms.Form):
    """What was said at the table, for the panel."""

    notes = forms.CharField(
        label=_("Notes of the deliberation"),
        help_text=_("The whole panel reads these. Who voted what never stands in them."),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=8000,
        required=False,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)
    editor = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *args, deliberation: Deliberation | None, **kwargs):
        super().__init__(*args, **kwargs)
        if deliberation:
            self.initial = {"notes": deliberation.notes, "revision": deliberation.revision}


class VoteForm(forms.Form):
    """One secret vote."""

    choice = forms.ChoiceField(
        label=_("Your vote"),
        choices=[
            (Deliberation.Advice.FAVOURABLE, _("For a favourable advice")),
            (Deliberation.Advice.UNFAVOURABLE, _("For an unfavourable advice")),
            (BLANK, _("Blank")),
        ],
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )


class ConclusionForm(forms.Form):
    """The jury's advice with its reasons; after a majority only that advice can be chosen."""

    advice = forms.ChoiceField(
        label=_("Advice of the jury"), widget=forms.RadioSelect(attrs={"class": "form-check-input"})
    )
    reasons = forms.CharField(
        label=_("Reasons"),
        help_text=_("In whole sentences: the decision can build on them."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
    )

    def __init__(self, *args, ballot, **kwargs):
        super().__init__(*args, **kwargs)
        majority = ballot.ballot.majority if ballot and not ballot.is_open else ""
        advices = Deliberation.Advice.choices
        self.fields["advice"].choices = [one for one in advices if majority in ("", one[0])]
        self.initial = {"advice": majority}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Why is it taken back?"), max_length=400)


class RecusalForm(forms.Form):
    """A tie that a juror only now becomes aware of."""

    kind = forms.ChoiceField(label=_("What is your tie?"), choices=[("", _("Choose…")), *TIES])
    explanation = forms.CharField(
        label=_("In a few words"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )
