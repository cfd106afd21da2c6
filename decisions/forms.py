from django import forms
from django.utils.translation import gettext_lazy as _

from decisions.models import REPLY_LENGTH, Assessment, Decision
from reviews.queries import criteria_of


class ReplyForm(forms.Form):
    """What the organisation disputes and why; every rule about it stands in the action."""

    disputes = forms.MultipleChoiceField(
        label=_("Which reasons do you dispute?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick those that your reply is about."),
    )
    text = forms.CharField(
        label=_("Your reply"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 12, "maxlength": REPLY_LENGTH, "data-count": "#reply-count"}),
        help_text=_("Say for each reason what you disagree with and why. Do not name clients."),
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
