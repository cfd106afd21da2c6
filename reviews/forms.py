from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from reviews.assigning import PER_PROPOSAL
from reviews.models import HIGHEST, ConflictOfInterest, ReadingRules

Kind = ConflictOfInterest.Kind
DECLARABLE = [(k.value, k.label) for k in Kind if k != Kind.MAIL_DOMAIN]


class ConflictsForm(forms.Form):
    """For each organisation: nothing, or what the tie is. Rows that are pinned carry no fields."""

    rest = forms.BooleanField(
        label=_("I have nothing to do with the organisations that I left open."), required=False
    )

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisations = list(organisations)
        for organisation in self.open_ones():
            self.fields[f"kind_{organisation.pk}"] = forms.ChoiceField(
                label=_("Your tie with %(organisation)s") % {"organisation": organisation},
                choices=[("", _("Choose…")), *DECLARABLE],
                initial=organisation.declared,
                required=False,
            )
            self.fields[f"why_{organisation.pk}"] = forms.CharField(
                label=_("Explanation"), initial=organisation.explanation, required=False, max_length=1000
            )

    def open_ones(self):
        return [o for o in self.organisations if not o.found and o.source != "found" and not o.lifted_at]

    def rows(self):
        """(organisation, kind field or None, explanation field or None), for the template."""
        open_ones = {o.pk for o in self.open_ones()}
        return [
            (o, self[f"kind_{o.pk}"], self[f"why_{o.pk}"]) if o.pk in open_ones else (o, None, None)
            for o in self.organisations
        ]

    def declarations(self) -> dict[int, tuple[str, str]]:
        """What the person said; found ones are sent along, so that they are pinned."""
        said = {o.pk: (Kind.NONE, "") for o in self.organisations if o.found}
        for organisation in self.open_ones():
            kind = self.cleaned_data[f"kind_{organisation.pk}"]
            if kind or self.cleaned_data["rest"]:
                said[organisation.pk] = (kind or Kind.NONE, self.cleaned_data[f"why_{organisation.pk}"])
        return said


class ReviewForm(forms.Form):
    """A score and a justification per criterion; a draft may leave anything open."""

    def __init__(self, *args, criteria, review=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        given = {score.criterion_id: score for score in review.scores.all()} if review else {}
        for criterion in self.criteria:
            score = given.get(criterion.pk)
            self.fields[f"value_{criterion.slug}"] = forms.TypedChoiceField(
                label=criterion.name,
                choices=[(str(value), value) for value in range(HIGHEST + 1)],
                coerce=int,
                empty_value=None,
                required=False,
                initial=score and score.value,
                widget=forms.RadioSelect,
            )
            self.fields[f"why_{criterion.slug}"] = forms.CharField(
                label=_("Why this score?"),
                required=False,
                max_length=4000,
                initial=score and score.justification,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def rows(self):
        """(criterion, its six choices as (radio, anchor), justification field), for the template."""
        return [
            (c, list(zip(self[f"value_{c.slug}"], c.anchors, strict=True)), self[f"why_{c.slug}"])
            for c in self.criteria
        ]

    def scores(self) -> dict[str, tuple[int | None, str]]:
        return {
            c.slug: (self.cleaned_data[f"value_{c.slug}"], self.cleaned_data[f"why_{c.slug}"])
            for c in self.criteria
        }

    def point_out(self, missing: dict[str, str]):
        for slug, message in missing.items():
            self.add_error(f"why_{slug}", message)


class ReasonForm(forms.Form):
    """The reason for an act of one button or two."""

    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AssignForm(forms.Form):
    """One reader for one proposal, by hand."""

    reviewer = forms.ModelChoiceField(label=_("Reader"), queryset=User.objects.none())

    def __init__(self, *args, reviewers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].queryset = reviewers


class ShareForm(forms.Form):
    per_proposal = forms.IntegerField(
        label=_("Readers per candidacy"), min_value=1, max_value=10, initial=PER_PROPOSAL
    )


class CriterionForm(forms.Form):
    """One criterion with its six anchors; the slug is kept, or made from the name of a new one."""

    slug = forms.SlugField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=120)
    question = forms.CharField(
        label=_("Question to the reader"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    weight = forms.IntegerField(label=_("Weight (%)"), min_value=1, max_value=100)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        anchors = self.initial.get("anchors", [])
        for value in range(HIGHEST + 1):
            self.fields[f"anchor_{value}"] = forms.CharField(
                label=_("What a %(value)s means") % {"value": value},
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=anchors[value] if anchors else "",
            )

    def criterion(self) -> dict:
        given = self.cleaned_data
        return {
            "slug": given["slug"] or slugify(given["name"])[:50],
            "anchors": [given[f"anchor_{value}"] for value in range(HIGHEST + 1)],
            **{name: given[name] for name in ("name", "question", "weight")},
        }


CriteriaFormSet = forms.formset_factory(CriterionForm, extra=1, can_delete=True)


class ReadingRulesForm(forms.ModelForm):
    class Meta:
        model = ReadingRules
        fields = ["threshold", "seats", "ties", "disagreement", "readers"]


class ShortlistForm(forms.Form):
    """Of each candidacy whether it is invited, and why; it starts from what the rules say."""

    reason = forms.CharField(
        label=_("How this shortlist came about"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, advice, **kwargs):
        super().__init__(*args, **kwargs)
        self.advice = list(advice)
        for said in self.advice:
            made = getattr(said.proposal, "shortlisting", None)
            invite = made.shortlisted if made else said.invite
            self.fields[f"invite_{said.proposal.pk}"] = forms.ChoiceField(
                label=_("Invite to pitch?"),
                choices=[("", _("Choose…")), ("yes", _("invite")), ("no", _("do not invite"))],
                initial={True: "yes", False: "no"}.get(invite, ""),
                required=False,
            )
            self.fields[f"why_{said.proposal.pk}"] = forms.CharField(
                label=_("Reason"),
                initial=made.reason if made else ("" if said.invite else said.why),
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def rows(self):
        """(advice, choice field, reason field), for the template."""
        return [(a, self[f"invite_{a.proposal.pk}"], self[f"why_{a.proposal.pk}"]) for a in self.advice]

    def choices(self) -> dict:
        given = {a.proposal.pk: a for a in self.advice if self.cleaned_data[f"invite_{a.proposal.pk}"]}
        return {
            pk: (self.cleaned_data[f"invite_{pk}"] == "yes", self.cleaned_data[f"why_{pk}"]) for pk in given
        }

    def point_out(self, field: str | None, message: str):
        self.add_error(field if field in self.fields else f"why_{field}", message)
