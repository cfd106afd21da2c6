"""The staff desk's pages of people, organisations and roles."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import actions, queries, rules
from accounts.forms import OrganisationForm, RoleForm, RoleRequestForm
from accounts.kbo import written_kbo_number
from accounts.models import Membership, Organisation, Role, RoleRequest, User

# Addresses and factors are the person's own, and groups are not used: nobody edits them here.
for model in (EmailAddress, Authenticator, Group):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class ReadOnly:
    """People look; what changes goes through an action."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Role)
class RoleAdmin(admin.ModelAdmin):
    """A maintainer gives roles; coordinators see and take those of their own region or call."""

    form = RoleForm
    list_display = ["person", "email", "kind", "region", "for_call"]
    list_filter = [
        "kind",
        ("region", admin.RelatedOnlyFieldListFilter),
        ("call", admin.RelatedOnlyFieldListFilter),
    ]
    list_select_related = ["user", "region", "call__region"]
    search_fields = ["user__name", "user__email"]

    def changelist_view(self, request, extra_context=None):
        """Its name, instead of an order to select something that only opens."""
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def get_fields(self, request, obj=None):
        return (
            ["person", "email", "kind", "region", "for_call"]
            if obj
            else ["email", "name", "kind", "region", "call"]
        )

    def get_readonly_fields(self, request, obj=None):
        return self.get_fields(request, obj) if obj else []

    @admin.display(description=_("person"), ordering="user__name")
    def person(self, role):
        return role.user.name or "–"

    @admin.display(description=_("e-mail"), ordering="user__email")
    def email(self, role):
        return role.user.email

    @admin.display(description=_("call"), empty_value=_("every call"), ordering="call")
    def for_call(self, role):
        return role.call

    def get_queryset(self, request):
        return queries.roles_given_by(request.user)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type("RoleFormOfPerson", (form,), {"giver": request.user})

    def has_module_permission(self, request):
        return rules.is_coordinator(request.user)

    def has_view_permission(self, request, obj=None):
        return rules.is_coordinator(request.user)

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        if obj is None:
            return rules.is_coordinator(request.user)
        return rules.may_take_role(request.user, role=obj)

    def save_model(self, request, obj, form, change):
        given = actions.grant_role(by=request.user, **form.cleaned_data)
        obj.pk, obj.user = given.pk, given.user

    def delete_model(self, request, obj):
        actions.revoke_role(role=obj, by=request.user)

    def delete_queryset(self, request, queryset):
        for role in queryset:
            actions.revoke_role(role=role, by=request.user)


@admin.register(RoleRequest)
class RoleRequestAdmin(admin.ModelAdmin):
    """One coordinator asks for a reader or jury member, another approves."""

    nothing_yet = _("Ask for a reader or a jury member; they enter once another coordinator approves.")
    form = RoleRequestForm
    list_display = ["person", "email", "kind", "region", "for_call", "asked_by"]
    fields = ["email", "name", "kind", "region", "call"]
    list_display_links = None
    actions = ["approve", "drop"]

    @admin.display(description=_("person"))
    def person(self, asked):
        return asked.name or "–"

    @admin.display(description=_("call"), empty_value=_("every call"))
    def for_call(self, asked):
        return asked.call

    def get_queryset(self, request):
        return queries.roles_asked(request.user)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type("RoleRequestFormOfPerson", (form,), {"giver": request.user})

    def has_module_permission(self, request):
        return rules.is_coordinator(request.user)

    def has_view_permission(self, request, obj=None):
        return rules.is_coordinator(request.user)

    def has_add_permission(self, request):
        return rules.is_coordinator(request.user) and not request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        """Asked, approved or dropped, never edited; the list needs the right for its actions."""
        return obj is None and rules.is_coordinator(request.user)

    def has_delete_permission(self, request, obj=None):
        return False

    def render_change_form(self, request, context, **kwargs):
        """Without the button that saves and edits on: what was asked is not edited."""
        return super().render_change_form(request, {**context, "show_save_and_continue": False}, **kwargs)

    def save_model(self, request, obj, form, change):
        obj.pk = actions.request_role(by=request.user, **form.cleaned_data).pk

    def log_addition(self, request, obj, message):
        """The journal tells it already."""

    @admin.action(description=_("Approve, as the second person"), permissions=["change"])
    def approve(self, request, queryset):
        for asked in queryset:
            try:
                role = actions.approve_role(request=asked, by=request.user)
            except RoleRequest.DoesNotExist:
                self._came_too_late(request, asked)
            except rules.NotAllowed as refusal:
                messages.error(request, f"{asked}: {refusal}")
            else:
                messages.success(request, _("%(role)s holds now.") % {"role": role})

    @admin.action(description=_("Withdraw or refuse"), permissions=["change"])
    def drop(self, request, queryset):
        for asked in queryset:
            try:
                actions.drop_role_request(request=asked, by=request.user)
            except RoleRequest.DoesNotExist:
                self._came_too_late(request, asked)
            else:
                messages.success(request, _("%(asked)s is dropped: nobody got a role.") % {"asked": asked})

    def _came_too_late(self, request, asked):
        messages.warning(request, _("%(asked)s was approved or dropped meanwhile.") % {"asked": asked})


class MemberInline(ReadOnly, admin.TabularInline):
    model = Membership
    fields = ["user", "role", "since"]
    readonly_fields = fields
    extra = 0

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser


class MaintainedOrganisationForm(OrganisationForm):
    """Who maintains the portal may know which organisation has a number already."""

    validate_unique = forms.ModelForm.validate_unique


@admin.register(Organisation)
class OrganisationAdmin(ReadOnly, admin.ModelAdmin):
    """Staff look up an organisation; a maintainer corrects what its owners can't."""

    form = MaintainedOrganisationForm
    list_display = ["name", "number", "legal_form", "city", "email"]
    list_filter = ["legal_form"]
    search_fields = ["name", "kbo_number", "city"]
    inlines = [MemberInline]

    def get_queryset(self, request):
        return queries.organisations_before(request.user)

    @admin.display(description=_("KBO number"), ordering="kbo_number")
    def number(self, organisation):
        return written_kbo_number(organisation.kbo_number) or "–"

    def has_module_permission(self, request):
        return rules.is_staff_of(request.user)

    def has_view_permission(self, request, obj=None):
        return rules.is_staff_of(request.user)

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser

    def save_model(self, request, obj, form, change):
        actions.change_organisation(organisation=obj, by=request.user, **form.cleaned_data)


@admin.register(User)
class PersonAdmin(ReadOnly, admin.ModelAdmin):
    """For maintainers of the portal: who lost a second factor, who may no longer enter."""

    list_display = ["email", "name", "language", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "language"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "language", "is_active", "is_superuser", "last_login", "created_at"]
    actions = ["reset_second_factor", "close", "reopen"]

    def has_module_permission(self, request):
        return request.user.is_superuser

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    @admin.action(description=_("Take away the second factor"))
    def reset_second_factor(self, request, people):
        for person in people:
            actions.reset_second_factor(user=person, by=request.user)
        self._done(request, len(people))

    @admin.action(description=_("Close the account"))
    def close(self, request, people):
        self._set_active(request, people, active=False)

    @admin.action(description=_("Open the account again"))
    def reopen(self, request, people):
        self._set_active(request, people, active=True)

    def _set_active(self, request, people, *, active: bool):
        try:
            for person in people:
                actions.set_active(user=person, active=active, by=request.user)
        except ValidationError as refusal:
            self.message_user(request, " ".join(refusal.messages), messages.ERROR)
        else:
            self._done(request, len(people))

    def _done(self, request, count: int):
        text = ngettext("%(count)s account is changed.", "%(count)s accounts are changed.", count)
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
