"""Forms of the staff desk for a call. They check what a person typed; actions change things."""

from django import forms
from django.utils.translation import gettext_lazy as _

from challenges.models import Challenge, Milestone, Question
from challenges.templatetags.calls import weight_in_words


class LinesField(forms.CharField):
    """A list of sentences, one a line."""

    widget = forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"})

    def __init__(self, **kwargs):
        super().__init__(help_text=_("One on each line."), **kwargs)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value) -> list[str]:
        return [line.strip() for line in super().to_python(value).splitlines() if line.strip()]

    def has_changed(self, initial, data) -> bool:
        return self.to_python(data or "") != (initial or [])


class ChallengeForm(forms.ModelForm):
    barriers = LinesField(label=_("Barriers"), required=False)
    questions = LinesField(label=_("What is asked"), required=False)

    class Meta:
        model = Challenge
        fields = ["call", "number", "title", "target_group", "barriers", "questions"]


class QuestionForm(forms.ModelForm):
    published = forms.BooleanField(
        label=_("Public"),
        required=False,
        help_text=_("Everybody reads the question and the answer on the page of the call."),
    )

    class Meta:
        model = Question
        fields = ["call", "question", "answer"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["published"] = self.instance.published_at is not None

    def clean(self):
        if self.cleaned_data.get("published") and not self.cleaned_data.get("answer"):
            self.add_error("answer", _("Without an answer the question cannot be public: write it first."))
        return super().clean()


class MilestoneFormSet(forms.BaseInlineFormSet):
    def clean(self):
        super().clean()
        kept = [form.cleaned_data for form in self.forms if form.is_valid()]
        if not any(self._is_deadline(data) for data in kept):
            raise forms.ValidationError(
                _("A call needs the milestone “candidacies” with an end: nobody could file without it.")
            )

    @staticmethod
    def _is_deadline(data: dict) -> bool:
        return bool(
            data.get("kind") == Milestone.Kind.FILING and data.get("until") and not data.get("DELETE")
        )


class NeedsForm(forms.Form):
    """Every service type beside every challenge: how much it helps, and whether the region decided that."""

    def __init__(self, *args, service_types, challenges, **kwargs):
        super().__init__(*args, **kwargs)
        self.cells = [(service, [(each, service) for each in challenges]) for service in service_types]
        for service in service_types:
            needs = {need.challenge_id: need for need in service.needs.all()}
            for challenge in challenges:
                self._add_cell(challenge, service, needs.get(challenge.pk))

    def _add_cell(self, challenge, service, need):
        names = {"challenge": challenge.number, "service": service.need}
        weight = forms.TypedChoiceField(
            choices=[("", "–"), *((each, f"{each} · {weight_in_words(each)}") for each in (3, 2, 1))],
            coerce=int,
            empty_value=None,
            required=False,
            initial=need and need.weight,
        )
        weight.widget.attrs["aria-label"] = _("%(service)s, challenge %(challenge)s: weight") % names
        decided = forms.BooleanField(required=False, initial=bool(need) and not need.assumed)
        decided.widget.attrs["aria-label"] = _("%(service)s, challenge %(challenge)s: decided") % names
        key = f"{challenge.pk}-{service.pk}"
        self.fields[f"weight-{key}"] = weight
        self.fields[f"decided-{key}"] = decided

    def rows(self):
        """Per service type its two fields for each challenge, for the template."""
        for service, pairs in self.cells:
            keys = [f"{challenge.pk}-{service.pk}" for challenge, service in pairs]
            yield service, [(self[f"weight-{key}"], self[f"decided-{key}"]) for key in keys]

    def weights(self) -> dict[tuple[int, int], tuple[int, bool]]:
        """(challenge id, service type id) to (weight, assumed), for the cells that hold a need."""
        data, weights = self.cleaned_data, {}
        for _service, pairs in self.cells:
            for challenge, service in pairs:
                key = f"{challenge.pk}-{service.pk}"
                if data[f"weight-{key}"]:
                    weights[challenge.pk, service.pk] = data[f"weight-{key}"], not data[f"decided-{key}"]
        return weights
