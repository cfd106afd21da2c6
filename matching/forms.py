"""Forms of the staff pages: the wishes for a composition, and choosing otherwise."""

from django import forms
from django.utils.translation import gettext_lazy as _

from journal import clock
from matching import rules
from matching.engine.conflict import Wishes
from matching.errors import WeightsPublished


class WishesForm(forms.Form):
    budget = forms.IntegerField(
        label=_("Budget (euro per year)"), min_value=0, required=False, help_text=_("Empty: no limit.")
    )
    minimum = forms.IntegerField(
        label=_("At least so many organisations"), min_value=0, max_value=400, required=False
    )
    maximum = forms.IntegerField(
        label=_("At most so many organisations"), min_value=0, max_value=400, required=False
    )
    include = forms.MultipleChoiceField(
        label=_("Must be in it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    exclude = forms.MultipleChoiceField(
        label=_("Must not be in it"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, names: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["include"].choices = self.fields["exclude"].choices = list(names.items())

    def wishes(self) -> Wishes:
        """What was asked; the form must be valid."""
        told = self.cleaned_data
        return Wishes(
            told["budget"], told["minimum"], told["maximum"], tuple(told["include"]), tuple(told["exclude"])
        )


class ChooseForm(forms.Form):
    members = forms.MultipleChoiceField(
        label=_("Organisations in the partnership"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Why you choose otherwise"),
        help_text=_("Your reason stays with this choice, and goes into the file of the decision."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=4000,
        error_messages={
            "required": _(
                "Say why you choose otherwise than suggested. Your choice is kept only with a reason."
            )
        },
    )

    def __init__(self, *args, names: dict[str, str], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["members"].choices = list(names.items())


class WeightsForm(forms.ModelForm):
    def clean(self):
        told = super().clean()
        if call := told.get("call") or (self.instance.call_id and self.instance.call):
            try:
                rules.require_weights_open(call=call, at=clock.now())
            except WeightsPublished as refused:
                raise forms.ValidationError(str(refused)) from refused
        return told
