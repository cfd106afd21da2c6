"""What staff choose when they register a candidacy that came by e-mail."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import OrganisationForm
from accounts.models import Organisation
from submissions.fields import Line, Text
from submissions.forms import limit
from submissions.intake.actions import Choices
from submissions.intake.models import Intake
from submissions.intake.opening import Mail
from submissions.intake.organisations import Matches
from submissions.intake.refusals import WrittenByOrganisation

NEW = "new"


class MessageForm(forms.Form):
    call = forms.ModelChoiceField(label=_("Call"), queryset=None, empty_label=None)
    file = forms.FileField(
        label=_("The mail, saved as .eml"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".eml,message/rfc822"}),
        help_text=_("At most 40 MB, attachments included."),
    )

    def __init__(self, *args, calls, **options):
        super().__init__(*args, label_suffix="", **options)
        self.fields["call"].queryset = calls


class RegisterForm(forms.Form):
    """Whose candidacy it is, which files belong to it, and whether what was read is filled in."""

    organisation = forms.ChoiceField(label=_("Whose candidacy is this?"), widget=forms.RadioSelect)
    files = forms.TypedMultipleChoiceField(
        label=_("Which files belong to the candidacy?"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    fill_in = forms.BooleanField(
        label=_("Fill in the answers below with the sender's own text"), required=False, initial=True
    )
    gives_way = forms.BooleanField(
        label=_("Yes, we agreed with the organisation that this mail counts instead of its own draft"),
        required=False,
    )
    agreed = Line(
        label=_("With whom did you agree that, and when?"),
        max_length=limit(Intake, "agreed"),
        help_text=_("This is kept with the mail, and stands in what the organisation gets to read about it."),
    )

    def __init__(self, data=None, *, mail: Mail, matches: Matches, facts: dict, answers: dict, drafts: dict):
        """`drafts` holds, by the key of its organisation, each draft that an organisation wrote itself."""
        super().__init__(data, label_suffix="")
        self.drafts = drafts
        self.known = {str(match.organisation.pk): match.organisation for match in matches.known}
        self.answers = answers
        self.fields["organisation"].choices = [
            *((str(match.organisation.pk), _labelled(match)) for match in matches.known),
            (NEW, _("An organisation that is not in the portal yet")),
        ]
        self.fields["organisation"].initial = next(iter(self.known), NEW) if not matches.disagree else None
        keepable = [file for file in mail.files if file.found]
        self.fields["files"].choices = [(file.index, file.name) for file in keepable]
        self.fields["files"].initial = [file.index for file in keepable if not file.inline]
        known_facts = Organisation(**facts)
        told = data if self._is_new() else None
        self.new = OrganisationForm(told, prefix=NEW, instance=known_facts, label_suffix="")

    def _is_new(self) -> bool:
        return self.is_bound and self.data.get("organisation") == NEW

    def is_valid(self) -> bool:
        own = super().is_valid()
        return (self.new.is_valid() if self._is_new() else True) and own

    def agrees(self) -> bool:
        """Whether a valid form says, where its organisation has a draft of its own, that this gives way."""
        data = self.cleaned_data
        if data["organisation"] not in self.drafts or (data["gives_way"] and data["agreed"]):
            return True
        self.add_error("agreed" if data["gives_way"] else "gives_way", str(WrittenByOrganisation()))
        return False

    def choices(self) -> Choices:
        """What was chosen, from a valid form."""
        data = self.cleaned_data
        contact = {"contact": self.answers["contact"]}
        return Choices(
            organisation=self.known.get(data["organisation"]),
            facts=self.new.cleaned_data if self._is_new() else {},
            files=tuple(data["files"]),
            answers=self.answers if data["fill_in"] else contact,
            agreed=data["agreed"] if data["gives_way"] else "",
        )


def _labelled(match) -> str:
    return f"{match.organisation} ({', '.join(match.reasons)})"


class SetAsideForm(forms.Form):
    reason = Text(
        label=_("Why is this not registered?"),
        max_length=1000,
        rows=3,
        required=True,
        help_text=_("The sender reads these words when you tell them."),
    )
    tell_sender = forms.BooleanField(label=_("Mail this reason to the sender"), required=False)

    def __init__(self, *args, **options):
        super().__init__(*args, label_suffix="", **options)
        self.fields["reason"].counted("reason")
