"""A form for each section of a proposal, from and to the keys of the proposal document."""

import re

from django import forms
from django.utils.text import normalize_newlines
from django.utils.translation import gettext_lazy as _

from challenges.queries import municipalities_of
from submissions import sections
from submissions.compare import Pair, pair
from submissions.fields import Amount, Line, Text
from submissions.models import Proposal, ProposalChallenge


def limit(model, field: str) -> int:
    return model._meta.get_field(field).max_length


HOW = limit(ProposalChallenge, "how")
PLACE = re.compile(r"(\w+)\[(\d+)\]\.(\w+)")


def anchor_of(place: str, answers: dict) -> str:
    """The id, on the page of its section, of the field for a place in the proposal document."""
    if match := PLACE.fullmatch(place):
        part, index, key = match.groups()
        row = answers[part][int(index)]
        if part == "challenges":
            return f"id_challenge_{row['number']}"
        return f"id_{'how' if key == 'how' else 'clients'}_{row['slug']}"
    if place in ("challenges", "service_types", "municipalities"):
        return "fields"
    return f"id_{place.replace('.', '_')}"


class SectionForm(forms.Form):
    """Nothing is required: a draft is kept as it is; what lacks is told, and asked for when filing.

    `revision` is the draft's when the page was made; `editor` names the open page, for autosave.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    editor = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args, proposal, **options):
        super().__init__(*args, **options)
        self.proposal = proposal
        self.build(proposal.call)
        for name, field in self.fields.items():
            if isinstance(field, Text):
                field.counted(name)

    def build(self, call):
        """Add the fields that depend on the call."""

    @classmethod
    def initial_of(cls, answers: dict) -> dict:
        """The form's initial values from the answers of the draft."""
        raise NotImplementedError

    def values(self) -> dict:
        """The answers of this section, from a valid form."""
        raise NotImplementedError

    def label_of(self, field) -> str:
        """The label of a bound field, with the part of the call it asks about."""
        part = getattr(field.field, "part", None)
        return f"{part}: {field.label}" if part else str(field.label)

    def pairs(self) -> list[tuple]:
        """Visible fields two by two, for sections that ask two things about each part."""
        fields = self.visible_fields()
        return list(zip(fields[::2], fields[1::2], strict=True))


class ContactForm(SectionForm):
    contact_name = Line(label=_("Name of the contact person"), max_length=limit(Proposal, "contact_name"))
    contact_email = forms.EmailField(label=_("E-mail"), required=False)
    contact_phone = Line(label=_("Telephone"), max_length=limit(Proposal, "contact_phone"))

    @classmethod
    def initial_of(cls, answers):
        return {f"contact_{key}": value for key, value in answers["contact"].items()}

    def values(self):
        data = self.cleaned_data
        contact = {"name": data["contact_name"], "email": data["contact_email"]}
        return {"contact": {**contact, "phone": data["contact_phone"] or None}}


class PlainForm(SectionForm):
    """A section whose fields are the answers themselves."""

    @classmethod
    def initial_of(cls, answers):
        return {name: answers[name] for name in cls.base_fields if name in answers}

    def values(self):
        return {field.name: self.cleaned_data[field.name] for field in self.visible_fields()}


class SummaryForm(PlainForm):
    title = Line(label=_("Title"), max_length=limit(Proposal, "title"))
    summary = Text(
        label=_("Summary"),
        max_length=limit(Proposal, "summary"),
        rows=6,
        help_text=_("What do you offer, for whom, and where?"),
    )


class ApproachForm(PlainForm):
    approach = Text(
        label=_("How do you go about it?"),
        max_length=limit(Proposal, "approach"),
        rows=14,
        help_text=_("Tell concretely what you do, with whom and where. Name no clients."),
    )
    experience = Text(
        label=_("What experience do you have with this?"),
        max_length=limit(Proposal, "experience"),
        rows=10,
        help_text=_("Not compulsory."),
    )


class BudgetForm(PlainForm):
    budget_eur_per_year = Amount(
        label=_("What does your offer cost per year?"), help_text=_("In whole euros, all costs included.")
    )
    clients_per_year = Amount(
        label=_("How many clients can you reach per year?"),
        help_text=_("All services together; count each person once."),
    )


class ChallengesForm(SectionForm):
    def build(self, call):
        for challenge in call.challenges.all():
            self.fields[f"challenge_{challenge.number}"] = field = Text(
                label=_("How do you go about challenge %(number)s?") % {"number": challenge.number},
                max_length=HOW,
                rows=5,
                help_text=_("Leave it empty when you do not take on this challenge."),
            )
            field.part = challenge

    @classmethod
    def initial_of(cls, answers):
        return {f"challenge_{row['number']}": row["how"] for row in answers["challenges"]}

    def values(self):
        rows = [
            {"number": field.field.part.number, "how": self.cleaned_data[field.name]}
            for field in self.visible_fields()
        ]
        return {"challenges": [row for row in rows if row["how"]]}


class ServicesForm(SectionForm):
    def build(self, call):
        for service in call.service_types.all():
            self.fields[f"how_{service.slug}"] = how = Text(
                label=_("How do you offer this?"),
                max_length=HOW,
                rows=4,
                help_text=_("Leave it empty when you do not offer this."),
            )
            self.fields[f"clients_{service.slug}"] = Amount(label=_("For how many clients per year?"))
            how.part = service

    @classmethod
    def initial_of(cls, answers):
        rows = answers["service_types"]
        hows = {f"how_{row['slug']}": row["how"] for row in rows}
        return hows | {f"clients_{row['slug']}": row["clients_per_year"] for row in rows}

    def values(self):
        data = self.cleaned_data
        rows = [
            {
                "slug": service.slug,
                "how": data[f"how_{service.slug}"],
                "clients_per_year": data[f"clients_{service.slug}"],
            }
            for service in self.proposal.call.service_types.all()
        ]
        return {"service_types": [row for row in rows if row["how"] or row["clients_per_year"]]}


class MunicipalitiesForm(SectionForm):
    municipalities = forms.MultipleChoiceField(
        label=_("In which municipalities do you work?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def build(self, call):
        self.fields["municipalities"].choices = [
            (place.name, place.name) for place in municipalities_of(call)
        ]

    @classmethod
    def initial_of(cls, answers):
        return {"municipalities": answers["municipalities"]}

    def values(self):
        return {"municipalities": sorted(self.cleaned_data["municipalities"])}


class PrinciplesForm(SectionForm):
    def build(self, call):
        for principle in call.working_principles.all():
            chosen = forms.BooleanField(label=principle.name, help_text=principle.note, required=False)
            self.fields[f"principle_{principle.slug}"] = chosen
            self.fields[f"how_{principle.slug}"] = Text(
                label=_("How do you do that? (not compulsory)"), max_length=HOW, rows=3
            )

    @classmethod
    def initial_of(cls, answers):
        rows = answers["working_principles"]
        chosen = {f"principle_{row['slug']}": True for row in rows}
        return chosen | {f"how_{row['slug']}": row["how"] for row in rows}

    def values(self):
        data = self.cleaned_data
        rows = [
            {"slug": principle.slug, "how": data[f"how_{principle.slug}"]}
            for principle in self.proposal.call.working_principles.all()
            if data[f"principle_{principle.slug}"] or data[f"how_{principle.slug}"]
        ]
        return {"working_principles": rows}


class ExpertiseForm(SectionForm):
    priority_expertise = forms.MultipleChoiceField(
        label=_("Which of these do you bring?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The partnership looks for these most. Bringing none is no problem."),
    )

    def build(self, call):
        parts = call.priority_expertise.all()
        self.fields["priority_expertise"].choices = [(part.slug, part.name) for part in parts]

    @classmethod
    def initial_of(cls, answers):
        return {"priority_expertise": answers["priority_expertise"]}

    def values(self):
        chosen = self.cleaned_data["priority_expertise"]
        order = [slug for slug, _name in self.fields["priority_expertise"].choices]
        return {"priority_expertise": sorted(chosen, key=order.index)}


def beside(part, *, proposal, before: dict, after: dict) -> list[Pair]:
    """The fields of a section that differ between two sets of answers, both as one reads them."""
    form = FORM_OF[part](proposal=proposal)
    left, right = form.initial_of(before), form.initial_of(after)
    pairs = [
        pair(
            form.label_of(field),
            written(field.field, left.get(field.name)),
            written(field.field, right.get(field.name)),
        )
        for field in form.visible_fields()
    ]
    return [each for each in pairs if each.differs]


def written(field, value) -> str:
    """The value of a field as one reads it."""
    if isinstance(field, forms.BooleanField):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        names = dict(field.choices)
        return ", ".join(str(names.get(each, each)) for each in value)
    return normalize_newlines("" if value is None else str(value))


FORM_OF = {
    sections.CONTACT: ContactForm,
    sections.SUMMARY: SummaryForm,
    sections.CHALLENGES: ChallengesForm,
    sections.SERVICES: ServicesForm,
    sections.MUNICIPALITIES: MunicipalitiesForm,
    sections.PRINCIPLES: PrinciplesForm,
    sections.EXPERTISE: ExpertiseForm,
    sections.APPROACH: ApproachForm,
    sections.BUDGET: BudgetForm,
}


class AttachmentForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("PDF, Word (.docx), Excel (.xlsx), JPG or PNG, at most 20 MB; at most 10 files in all."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.xlsx,.jpg,.jpeg,.png"}),
    )
    kind = Line(
        label=_("What is it?"),
        max_length=40,
        help_text=_("Not compulsory. For example: annual report, leaflet, estimate."),
    )


class ReceiptForm(forms.Form):
    """The PDF, or what stands on it."""

    file = forms.FileField(
        label=_("The receipt as PDF"),
        required=False,
        help_text=_("As you downloaded it from the portal. We look at it and do not keep it."),
        widget=forms.FileInput(attrs={"accept": ".pdf"}),
    )
    reference = Line(label=_("Reference"), max_length=40)
    digest = Line(
        label=_("Digest (SHA-256)"),
        max_length=100,
        help_text=_("64 letters and digits, as they stand on the receipt."),
    )

    def clean_reference(self):
        return self.cleaned_data["reference"].strip().upper()

    def clean_digest(self):
        return "".join(self.cleaned_data["digest"].split()).lower()

    def clean(self):
        data = super().clean()
        if not data.get("file"):
            for name in ("reference", "digest"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Fill this in, or choose the PDF of the receipt."))
        return data
