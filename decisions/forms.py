from django import forms
from django.utils.translation import gettext_lazy as _

from decisions.models import REPLY_LENGTH, Assessment, Decision
from reviews.queries import criteria_of


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Files of one field, as a list."""

    widget = SeveralFiles

    def clean(self, data, initial=None):
        return [super(FilesField, self).clean(file, initial) for file in data or []]


class ReplyForm(forms.Form):
    """What the organisation disputes and why; every rule about it stands in the action."""

    disputes = forms.MultipleChoiceField(
        label=_("Which reasons do you dispute?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick those that your reply is about: at least one."),
    )
    text = forms.CharField(
        label=_("Your reply"),
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 12, "maxlength": REPLY_LENGTH, "data-count": "#reply-count", "data-keep": True}
        ),
        help_text=_("Say for each reason what you disagree with and why. Do not name clients."),
    )
    files = FilesField(
        label=_("Documents that support it"),
        required=False,
        help_text=_("At most three: PDF, DOCX, XLSX, JPG or PNG, up to 20 MB each."),
    )

    def __init__(self, *args, decision, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["disputes"].choices = [(c.slug, c.name) for c in criteria_of(decision.call)]


class AssessmentForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("What do you find?"), choices=Assessment.Outcome.choices, widget=forms.RadioSelect
    )
    revised_to = forms.ChoiceField(
        label=_("New outcome"),
        required=False,
        choices=[("", _("— only when you revise it —")), *Decision.Outcome.choices],
    )
    reasons = forms.CharField(
        label=_("Your reasons"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("The organisation reads them. Answer each point of the reply."),
    )


class DecisionForm(forms.Form):
    """One decision with a text per criterion, which starts from what the readers wrote."""

    outcome = forms.ChoiceField(
        label=_("Outcome"), choices=Decision.Outcome.choices, widget=forms.RadioSelect
    )
    rank = forms.IntegerField(
        label=_("Place on the reserve list"),
        required=False,
        min_value=1,
        help_text=_("For a reserve only: 1 is the first to be asked."),
    )
    motivation = forms.CharField(
        label=_("Overall reasons"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One paragraph for the letter, before the reasons per criterion."),
    )

    def __init__(self, *args, criteria, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        for criterion in self.criteria:
            self.fields[f"reason_{criterion.slug}"] = forms.CharField(
                label=f"{criterion.name} ({criterion.weight} %)",
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 5}),
            )

    def reasons(self) -> dict[str, str]:
        return {c.slug: self.cleaned_data[f"reason_{c.slug}"] for c in self.criteria}


class ScheduleForm(forms.Form):
    goes_at = forms.SplitDateTimeField(
        label=_("Let the letters go by themselves on"),
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": _("day")},
            time_attrs={"type": "time", "aria-label": _("hour")},
        ),
    )


class ObjectionForm(forms.Form):
    why = forms.CharField(
        label=_("Why do you not agree?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The jury and the coordinator read it, and it stays in the file."),
    )


class PartnershipForm(forms.Form):
    """What the jury found of everybody who pitched; it starts from the suggestion, or what was recorded."""

    account = forms.CharField(
        label=_("How the jury came to this"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Who deliberated, by consensus or by vote. The file of the call needs it."),
    )

    def __init__(self, *args, candidates, suggested, places, findings, **kwargs):
        super().__init__(*args, **kwargs)
        self.candidates, self.suggested, self.findings = candidates, suggested, findings
        for proposal in self.candidates:
            place = places.get(proposal.pk)
            start = place.outcome if place else ("selected" if proposal.pk in suggested else "reserve")
            self.fields[f"outcome_{proposal.pk}"] = forms.ChoiceField(
                label=_("Found"), choices=Decision.Outcome.choices, initial=start
            )
            self.fields[f"rank_{proposal.pk}"] = forms.IntegerField(
                label=_("Place on the reserve list"),
                required=False,
                min_value=1,
                initial=place and place.rank,
            )
            self.fields[f"reason_{proposal.pk}"] = forms.CharField(
                label=_("Why otherwise than suggested"),
                required=False,
                max_length=2000,
                initial=place.reason if place else "",
            )

    def rows(self):
        """(proposal, whether it was suggested, what the jury found of its pitch, outcome, rank and reason
        fields), for the template."""
        return [
            (
                p,
                p.pk in self.suggested,
                self.findings.get(p.pk),
                *(self[f"{name}_{p.pk}"] for name in ("outcome", "rank", "reason")),
            )
            for p in self.candidates
        ]

    def places(self) -> dict:
        given = self.cleaned_data
        return {
            p.pk: tuple(given[f"{name}_{p.pk}"] for name in ("outcome", "rank", "reason"))
            for p in self.candidates
        }

    def point_out(self, field: str | None, message: str):
        self.add_error(field if field in self.fields else f"reason_{field}", message)
