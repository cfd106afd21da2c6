"""The call on the staff desk: its dates, texts, challenges, needs, contacts and questions."""

from django import forms as django_forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db.models import TextField
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin_scope import CallScopedAdmin, CallScopedInline
from challenges import actions, forms, queries, rules
from challenges.models import (
    Call,
    Challenge,
    ChallengePersona,
    Contact,
    Milestone,
    Municipality,
    Need,
    PriorityExpertise,
    Question,
    Region,
    ServiceType,
    WorkingPrinciple,
)
from challenges.moving_desk import PreviewsMoves
from challenges.retention import earliest_keep_until
from journal import clock
from journal.admin_log import JournalledAdmin
from journal.templatetags import moments

CALL_FILTER = ("call", admin.RelatedOnlyFieldListFilter)


SHORT_TEXTS = {TextField: {"widget": AdminTextareaWidget(attrs={"rows": 2})}}


class PartOfCallAdmin(JournalledAdmin, CallScopedAdmin):
    list_filter = [CALL_FILTER]
    list_select_related = ["call"]


class MilestoneInline(CallScopedInline, admin.StackedInline):
    model = Milestone
    formset = forms.MilestoneFormSet
    extra = 0
    fields = [("kind", "position"), ("starts", "until"), "closes", ("says", "reserve")]


class ContactInline(CallScopedInline, admin.StackedInline):
    model = Contact
    extra = 0
    fields = [("name", "role", "position"), ("email", "phone", "organisation")]


class WorkingPrincipleInline(CallScopedInline, admin.StackedInline):
    model = WorkingPrinciple
    extra = 0
    fields = [("name", "slug", "position"), "note"]
    formfield_overrides = SHORT_TEXTS


class PriorityExpertiseInline(CallScopedInline, admin.StackedInline):
    model = PriorityExpertise
    extra = 0
    fields = [("name", "slug", "position")]


class CallForm(django_forms.ModelForm):
    """The day until which data are kept does not lie before the last open right."""

    def clean_keep_until(self):
        day = self.cleaned_data["keep_until"]
        earliest = self.instance.pk and earliest_keep_until(self.instance)
        if day and earliest and day < earliest:
            raise django_forms.ValidationError(
                _("A right still runs until %(day)s. Choose that day or a later one."),
                params={"day": date_format(earliest)},
            )
        return day


@admin.register(Call)
class CallAdmin(PreviewsMoves, JournalledAdmin, CallScopedAdmin):
    form = CallForm
    call_lookup = "pk"
    change_form_template = "admin/challenges/call/change_form.html"
    list_display = ["title", "region", "edition", "phase", "deadline"]
    list_select_related = ["region"]
    search_fields = ["title", "region__name"]
    formfield_overrides = SHORT_TEXTS
    inlines = [MilestoneInline, ContactInline, WorkingPrincipleInline, PriorityExpertiseInline]
    fieldsets = [
        (None, {"fields": ["title", "programme", "headline", "introduction", "filing_rule"]}),
        (_("Which call"), {"fields": ["region", "edition", "slug", "timezone"]}),
        (_("Privacy"), {"fields": ["controller", "privacy_email", "keep_until"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("milestones")

    def get_readonly_fields(self, request, obj=None):
        # The address of the call and of its calendar hang on these.
        return [] if request.user.is_superuser else ["region", "edition", "slug", "timezone"]

    def has_add_permission(self, request):
        return request.user.is_superuser

    @admin.display(description=_("phase"))
    def phase(self, call):
        return rules.phase(call, at=clock.now()).label

    @admin.display(description=_("deadline"))
    def deadline(self, call):
        filing = rules.filing(call)
        return moments.last_minute(filing.until) if filing else "–"

    def get_urls(self):
        needs = path("<int:pk>/noden/", self.admin_site.admin_view(self.needs), name="challenges_call_needs")
        return [needs, *super().get_urls()]

    def needs(self, request, pk):
        """All needs of a call at once: service types down, challenges across."""
        call = self.get_object(request, str(pk))
        if call is None or not self.has_view_permission(request, call):
            raise Http404
        may_change = self.has_change_permission(request, call)
        parts = {
            "service_types": list(queries.service_types_of(call)),
            "challenges": list(call.challenges.all()),
        }
        form = forms.NeedsForm(request.POST or None, **parts)
        if request.method == "POST" and may_change and form.is_valid():
            self._set_needs(request, call, form)
            return redirect("admin:challenges_call_needs", pk)
        context = {
            **self.admin_site.each_context(request),
            **parts,
            "title": _("Needs: which service helps which challenge"),
            "opts": self.opts,
            "original": call,
            "form": form,
            "may_change": may_change,
        }
        return TemplateResponse(request, "admin/challenges/call/needs.html", context)

    def _set_needs(self, request, call, form):
        changed = actions.set_needs(call=call, weights=form.weights(), by=request.user)
        told = ngettext("%d need was changed.", "%d needs were changed.", changed) % changed
        messages.success(request, told)


class NeedInline(CallScopedInline, admin.StackedInline):
    model = Need
    extra = 0
    fields = [("service_type", "weight", "position"), "assumed"]

    def get_formset(self, request, obj=None, **kwargs):
        self.challenge = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "service_type" and self.challenge:
            kwargs["queryset"] = ServiceType.objects.filter(call=self.challenge.call_id)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class PersonaInline(CallScopedInline, admin.StackedInline):
    model = ChallengePersona
    extra = 0
    fields = [("persona", "position")]
    verbose_name = _("persona")
    verbose_name_plural = _("personas")


@admin.register(Challenge)
class ChallengeAdmin(PartOfCallAdmin):
    form = forms.ChallengeForm
    formfield_overrides = SHORT_TEXTS
    list_display = ["title", "number", "call"]
    search_fields = ["title", "target_group"]
    inlines = [PersonaInline, NeedInline]


@admin.register(ServiceType)
class ServiceTypeAdmin(PartOfCallAdmin):
    list_display = ["need", "position", "call"]
    search_fields = ["need", "service"]


@admin.register(Question)
class QuestionAdmin(PartOfCallAdmin):
    nothing_yet = _("Put questions that organisations ask here with their answer: everybody reads the same.")
    form = forms.QuestionForm
    list_display = ["question", "call", "is_public", "published_at"]
    search_fields = ["question", "answer"]

    @admin.display(description=_("public"), boolean=True)
    def is_public(self, question):
        return question.published_at is not None

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        actions.publish_question(question=obj, published=form.cleaned_data["published"], by=request.user)

    def has_delete_permission(self, request, obj=None):
        return False


class RegisterAdmin(JournalledAdmin, admin.ModelAdmin):
    """Facts that all regions share: staff read them, maintainers keep them."""

    def has_view_permission(self, request, obj=None):
        return self.admin_site.has_permission(request)

    def has_module_permission(self, request):
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Municipality)
class MunicipalityAdmin(RegisterAdmin):
    list_display = ["name", "nis", "inhabitants", "valid_from", "valid_until", "merged_into"]
    list_select_related = ["merged_into"]
    search_fields = ["name", "nis"]


class RegionMunicipalityInline(admin.TabularInline):
    model = Region.municipalities.through
    extra = 0
    autocomplete_fields = ["municipality"]
    verbose_name = _("municipality")
    verbose_name_plural = _("municipalities")

    def has_view_permission(self, request, obj=None):
        return self.admin_site.has_permission(request)

    def has_add_permission(self, request, obj=None):
        return request.user.is_superuser

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Region)
class RegionAdmin(RegisterAdmin):
    list_display = ["name", "slug"]
    search_fields = ["name"]
    inlines = [RegionMunicipalityInline]
