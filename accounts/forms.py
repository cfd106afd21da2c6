"""Forms of people and organisations."""

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.kbo import clean_kbo_number, written_kbo_number
from accounts.models import Invitation, Organisation, User


class SignupForm(forms.Form):
    """What registering asks besides the e-mail address and the password of allauth's own form."""

    field_order = ["name", "email", "password1"]

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("So that colleagues and the region know who you are."),
    )

    def signup(self, request, user: User) -> None:
        user.name = self.cleaned_data["name"]
        user.language = "en" if (get_language() or "").startswith("en") else "nl"
        user.save(update_fields=["name", "language"])


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "language"]
        help_texts = {"language": _("For these pages and for the mails you get.")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True


class OrganisationForm(forms.ModelForm):
    """An organisation with its KBO number, or an association or public body without one."""

    kbo_number = forms.CharField(
        label=_("KBO number"),
        required=False,
        max_length=40,
        help_text=_("Ten digits, such as 0900.000.147. Dots and spaces do not matter."),
    )
    website = forms.URLField(label=_("Website"), required=False, assume_scheme="https")

    class Meta:
        model = Organisation
        fields = ["name", "legal_form", "kbo_number", "city", "email", "phone", "website"]
        labels = {"name": _("Name of the organisation"), "city": _("Town or city")}
        help_texts = {
            "legal_form": _(
                "Only an association without legal personality or a public body can go without a KBO number."
            ),
            "email": _("The general address of the organisation."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "city": forms.TextInput(attrs={"autocomplete": "address-level2"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["kbo_number"] = written_kbo_number(self.instance.kbo_number)

    def clean_kbo_number(self):
        typed = self.cleaned_data["kbo_number"].strip()
        return clean_kbo_number(typed) if typed else None

    def clean(self):
        facts = super().clean()
        needs_number = facts.get("legal_form") not in (None, *Organisation.WITHOUT_KBO)
        if needs_number and "kbo_number" in facts and not facts["kbo_number"]:
            self.add_error(
                "kbo_number", gettext("An organisation of this legal form has a KBO number: enter it.")
            )
        return facts

    def validate_unique(self):
        """Whether the number is taken is told by the action, in words that leak no people."""


class InvitationForm(forms.ModelForm):
    class Meta:
        model = Invitation
        fields = ["email", "role"]
        labels = {"email": _("E-mail address of your colleague")}
        help_texts = {
            "role": _("Editors write proposals. Owners also change the organisation and its members."),
        }
        widgets = {"role": forms.RadioSelect}


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=User._meta.get_field("language").choices)
