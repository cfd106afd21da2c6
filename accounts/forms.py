"""Forms of people and organisations."""

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts import queries, rules
from accounts.kbo import clean_kbo_number, written_kbo_number
from accounts.models import Invitation, Organisation, Role, RoleRequest, User


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


class RoleForm(forms.ModelForm):
    """A role for the person behind an address. `giver` is who fills it in."""

    giver: User

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("Who has no account yet gets one, and a mail to enter with a code."),
    )
    name = forms.CharField(
        label=_("Name"), max_length=120, required=False, help_text=_("Only used for a new account.")
    )

    class Meta:
        model = Role
        fields = ["kind", "region", "call"]
        help_texts = {"kind": _("A maintainer of the portal appoints coordinators.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "call" in self.fields:
            self._offer_own()

    def _offer_own(self):
        region, call = self.fields["region"], self.fields["call"]
        given = rules.kinds_given_by(self.giver)
        self.fields["kind"].choices = [("", gettext("Choose…")), *((kind, kind.label) for kind in given)]
        region.queryset = queries.regions_of_coordinator(self.giver)
        call.queryset = queries.calls_of_coordinator(self.giver).select_related("region")
        call.empty_label = gettext("every call of the region")
        if len(only := list(region.queryset[:2])) == 1:
            region.initial = only[0]

    def clean(self):
        facts = super().clean()
        region, call = facts.get("region"), facts.get("call")
        if region and call and call.region_id != region.pk:
            self.add_error("call", gettext("This call belongs to another region."))
        elif facts.get("kind") == Role.Kind.JURY and not call and "call" not in self.errors:
            self.add_error("call", gettext("A jury member belongs to one call: choose which one."))
        elif region and not rules.may_give_roles(self.giver, region=region, call=call):
            self.add_error("call", gettext("You run one call of this region: choose that one."))
        return facts

    def validate_unique(self):
        """Asking or giving the same twice changes nothing."""

    def validate_constraints(self):
        """What the constraints guard is asked above, in words for people."""


class RoleRequestForm(RoleForm):
    class Meta(RoleForm.Meta):
        model = RoleRequest


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=User._meta.get_field("language").choices)
