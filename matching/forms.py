"""Forms of the staff pages: the wishes for a composition, and choosing otherwise."""

from collections.abc import Iterable
from dataclasses import asdict

from django import forms
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.utils.choices import BaseChoiceIterator
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from journal import clock
from matching import rules
from matching.engine.types import SIGNALS
from matching.engine.wishes import Wish, Wishes
from matching.errors import WeightsPublished
from matching.grid import Names

_PICKS = (
    '<tr><th scope="row" id="{2}">{1}</th>'
    '<td><input type="checkbox" name="include" value="{0}" aria-labelledby="{2} pick-in"{3}></td>'
    '<td><input type="checkbox" name="exclude" value="{0}" aria-labelledby="{2} pick-out"{4}></td></tr>'
)
NO_WISHES = Wishes()
_OPTION = '<option value="{0}"{2}>{1}</option>'
_BOX = '<label class="choice"><input type="checkbox" name="members" value="{0}"{2}> {1}</label>'


def _filled(row: str, told: Iterable[tuple[str, ...]]) -> SafeString:
    """`row` of HTML for each of these texts, escaped all at once: a template takes tens of milliseconds
    over hundreds of rows. No text of a database holds the character that keeps them apart."""
    columns = [escape("\0".join(column)).split("\0") for column in zip(*told, strict=True)]
    return mark_safe("\n".join(row.format(*texts) for texts in zip(*columns, strict=True)))


def _checked(yes: bool) -> str:
    return " checked" if yes else ""


def _selected(yes: bool) -> str:
    return " selected" if yes else ""


class Pairs(BaseChoiceIterator):
    """Choices that are pairs of texts already: Django looks into each of hundreds for groups."""

    def __init__(self, pairs: Iterable[tuple[str, str]]):
        self.pairs = tuple(pairs)

    def __iter__(self):
        return iter(self.pairs)

    def __len__(self):
        return len(self.pairs)


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes to tick: one template for all of them, where Django takes three for each."""

    template_name = "matching/ticks.html"


class WishesForm(forms.Form):
    """The wishes for a composition; of each organisation whether it must, may or must not
    take part."""

    budget = forms.IntegerField(
        label=_("Budget (euro per year)"), min_value=0, required=False, help_text=_("Empty: no limit.")
    )
    minimum = forms.IntegerField(
        label=_("At least so many organisations"), min_value=0, max_value=400, required=False
    )
    maximum = forms.IntegerField(
        label=_("At most so many organisations"), min_value=0, max_value=400, required=False
    )
    include = forms.MultipleChoiceField(label=_("Must be in it"), required=False)
    exclude = forms.MultipleChoiceField(label=_("Must not be in it"), required=False)
    twice = forms.MultipleChoiceField(
        label=_("Needs that at least two members must meet"),
        required=False,
        widget=Ticks,
    )
    twice_in = forms.MultipleChoiceField(
        label=_("In which municipalities"),
        help_text=_("None ticked: two members anywhere in the region."),
        required=False,
        widget=Ticks,
    )

    waived = forms.MultipleChoiceField(
        label=_("Duties given up"),
        help_text=_("Untick what the partnership must keep to after all."),
        required=False,
        widget=Ticks,
    )

    def __init__(self, *args, names: Names, needs, before: Wishes = NO_WISHES, waived=(), **kwargs):
        """`before` are wishes that were asked already, to begin with; `waived` the duties given up in
        them, as pairs of what stands for one and what it is called."""
        super().__init__(*args, initial=_initial(before), **kwargs)
        self.fields["waived"].choices = list(waived)
        organisations = Pairs(sorted(names.organisations.items(), key=lambda pair: pair[1]))
        self.fields["include"].choices = self.fields["exclude"].choices = organisations
        self.fields["twice"].choices = [
            (f"{number}:{slug}", f"{number} · {names.services.get(slug, slug)}") for number, slug in needs
        ]
        self.fields["twice_in"].choices = list(names.places.items())

    def organisations(self) -> SafeString:
        """The rows of the table of organisations: whether each is ticked as in or out."""
        include, exclude = self["include"].value() or (), self["exclude"].value() or ()
        return _filled(
            _PICKS,
            (
                (key, name, f"org-{i}", _checked(key in include), _checked(key in exclude))
                for i, (key, name) in enumerate(self.fields["include"].choices, start=1)
            ),
        )

    def clean(self):
        told = super().clean()
        both = set(told.get("include", ())) & set(told.get("exclude", ()))
        if both:
            names = dict(self.fields["include"].choices)
            self.add_error(
                "exclude",
                _("%(names)s cannot both be in it and not be in it. Untick one of the two.")
                % {"names": ", ".join(sorted(names[key] for key in both))},
            )
        return told

    def wishes(self) -> Wishes:
        """What was asked; the form must be valid."""
        told = self.cleaned_data
        places = told["twice_in"]
        twice = [f"{need}:{nis}" for need in told["twice"] for nis in places] if places else told["twice"]
        return Wishes(
            told["budget"],
            told["minimum"],
            told["maximum"],
            tuple(told["include"]),
            tuple(told["exclude"]),
            tuple(twice),
            tuple(duty_in(written) for written in told["waived"]),
        )


def _initial(wishes: Wishes) -> dict:
    twice = [written.split(":") for written in wishes.twice]
    return asdict(wishes) | {
        "twice": sorted({":".join(parts[:2]) for parts in twice}),
        "twice_in": sorted({nis for parts in twice for nis in parts[2:]}),
        "waived": [duty_out(duty) for duty in wishes.waived],
    }


def duty_out(duty: Wish) -> str:
    """A duty as a form carries it: `challenge:4`, `expertise:SLUG`, `group:NAME`."""
    return f"{duty.kind}:{duty.value}"


def duty_in(written: str) -> Wish:
    """The duty behind what a form carries."""
    kind, _colon, value = written.partition(":")
    return Wish(kind, int(value) if kind == "challenge" else value)


class ChooseForm(forms.Form):
    members = forms.MultipleChoiceField(
        label=_("Organisations in the partnership"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one organisation: a partnership without members is none.")
        },
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
        self.fields["members"].choices = Pairs(names.items())

    def organisations(self) -> SafeString:
        """A box per organisation, and whether it is ticked."""
        ticked = self["members"].value() or ()
        choices = self.fields["members"].choices
        return _filled(_BOX, ((key, name, _checked(key in ticked)) for key, name in choices))


class ManyOptions(FilteredSelectMultiple):
    """Picking some of hundreds: one text of all options, where Django takes two templates for each."""

    template_name = "matching/select_many.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        ticked = {str(each) for each in value or ()}
        told = ((str(key), label) for key, label in self.choices)
        context["options"] = _filled(_OPTION, ((key, label, _selected(key in ticked)) for key, label in told))
        return context

    def optgroups(self, name, value, attrs=None):
        return ()


class WeightsForm(forms.ModelForm):
    def clean(self):
        told = super().clean()
        if call := told.get("call") or (self.instance.call_id and self.instance.call):
            try:
                rules.require_weights_open(call=call, at=clock.now())
            except WeightsPublished as refused:
                raise forms.ValidationError(str(refused)) from refused
        return told


class ScoringForm(forms.Form):
    """Other weights after the deadline, with the reason."""

    chosen = forms.IntegerField(label=_("challenge chosen"), min_value=0, max_value=1000)
    services = forms.IntegerField(label=_("services"), min_value=0, max_value=1000)
    text = forms.IntegerField(label=_("support in the text"), min_value=0, max_value=1000)
    municipalities = forms.IntegerField(label=_("municipalities"), min_value=0, max_value=1000)
    principles = forms.IntegerField(label=_("working principles"), min_value=0, max_value=1000)
    expertise = forms.IntegerField(label=_("priority expertise"), min_value=0, max_value=1000)
    capacity_wanted = forms.IntegerField(
        label=_("clients per year that cover a service type"), min_value=0, max_value=100_000
    )
    reason = forms.CharField(
        label=_("Why the scoring must change after the deadline"),
        help_text=_(
            "Your reason is kept with the version and published with it, once somebody else approves it."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
    )

    def clean(self):
        told = super().clean()
        if not self.errors and not any(told[signal] for signal in SIGNALS):
            raise forms.ValidationError(_("Give at least one signal a weight above zero."))
        return told

    def weights(self) -> dict[str, int]:
        """What was asked; the form must be valid."""
        return {name: self.cleaned_data[name] for name in (*SIGNALS, "capacity_wanted")}


class VisibilityForm(forms.Form):
    with_name = forms.BooleanField(
        label=_("Show our organisation's name as well"),
        help_text=_("Without this, others only see a number."),
        required=False,
    )
