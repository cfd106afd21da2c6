"""The staff desk's view of what was filed: never a draft, no content where a conflict of interest stands."""

from django import forms
from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin_scope import CallScopedAdmin
from accounts.models import Organisation
from accounts.queries import calls_of_coordinator, calls_of_staff
from accounts.registry import kept_from
from journal.templatetags.moments import MINUTE, compact_moment, exact_moment, short_moment
from submissions import desk, exports, extending, queries, registry, rules
from submissions.filters import ChallengeFilter, MunicipalityFilter, ServiceTypeFilter
from submissions.intake.admin import IntakeAdmin
from submissions.models import Extension, Intake, LateAttempt, Proposal
from submissions.reading import readable
from submissions.refusals import ExtensionRefused


@admin.register(Proposal)
class ProposalAdmin(CallScopedAdmin):
    list_display = ["reference", "organisation", "state", "version", "received", "deadline"]
    list_display_links = ["reference", "organisation"]
    list_filter = [
        ("call", admin.RelatedOnlyFieldListFilter),
        "status",
        ChallengeFilter,
        ServiceTypeFilter,
        MunicipalityFilter,
    ]
    list_select_related = ["call", "organisation"]
    search_fields = ["reference", "organisation__name", "organisation__kbo_number", "organisation__city"]
    ordering = ["reference"]
    actions = None
    change_list_template = "admin/submissions/proposal/change_list.html"

    def get_queryset(self, request):
        """What was filed, without what a conflict of interest hides: the list, its search and its history."""
        filed = super().get_queryset(request).exclude(status=Proposal.Status.DRAFT)
        filed = filed.exclude(kept_from(request.user, organisation="organisation", call="call"))
        return queries.with_calendar(queries.with_current_version(filed))

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("export/<str:format>/", view(self.export_view), name="submissions_export"),
            path("deadline/<slug:call>/", view(self.cockpit_view), name="submissions_cockpit"),
            path("deadline/<slug:call>/herinneren/", view(self.remind_view), name="submissions_remind"),
            *super().get_urls(),
        ]

    def cockpit_view(self, request, call):
        call = get_object_or_404(calls_of_coordinator(request.user), slug=call)
        return desk.overview(request, call, context=self._desk_context(request))

    def remind_view(self, request, call):
        call = get_object_or_404(calls_of_coordinator(request.user), slug=call)
        return desk.remind(request, call, context=self._desk_context(request))

    def _desk_context(self, request) -> dict:
        return {**self.admin_site.each_context(request), "opts": self.opts}

    def changelist_view(self, request, extra_context=None):
        counts = [(call, queries.draft_counts(call)) for call in calls_of_staff(request.user)]
        formats = [(name, reverse("admin:submissions_export", args=[name])) for name in exports.FORMATS]
        more = {"draft_counts": counts, "formats": formats, "coordinated": calls_of_coordinator(request.user)}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        proposal = self.get_object(request, object_id)
        if proposal is None:
            raise Http404
        page = self._filed(request, proposal)
        if page["version"]:
            registry.opened(request.user, proposal)
        return render(request, "admin/submissions/proposal/filed.html", page)

    def _filed(self, request, proposal) -> dict:
        versions = queries.versions_for(request.user, proposal_id=proposal.pk)
        shown = versions.filter(number=request.GET["versie"]) if _names_version(request) else versions
        version = shown.first()
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": proposal.reference,
            "proposal": proposal,
            "versions": versions,
            "version": version,
            "content": version and readable(version.content, call=proposal.call),
            "deadline": rules.deadline_for(proposal),
            "late_attempts": proposal.late_attempts.select_related("by", "intake"),
        }

    def export_view(self, request, format):
        """The list as it is filtered now, without what a conflict of interest hides."""
        if format not in exports.FORMATS:
            raise Http404
        found = self.get_changelist_instance(request).get_queryset(request)
        readable_ones = queries.filed_readable_by(request.user).filter(pk__in=found.values("pk"))
        registry.opened(request.user, *readable_ones.select_related("call"))
        return exports.download(queries.current_versions(readable_ones), format=format)

    @admin.display(description=_("status"), ordering="status")
    def state(self, obj):
        return obj.get_status_display()

    @admin.display(description=_("version"), ordering="current_number")
    def version(self, obj):
        return obj.current_number

    @admin.display(description=_("received (Brussels time)"), ordering="current_received_at")
    def received(self, obj):
        return compact_moment(obj.current_received_at)

    @admin.display(description=_("deadline (Brussels time)"))
    def deadline(self, obj):
        deadline = rules.deadline_for(obj)
        return compact_moment(deadline and deadline - MINUTE)


def _names_version(request) -> bool:
    return request.GET.get("versie", "").isdecimal()


class ExtensionForm(forms.ModelForm):
    """Asks the same rule as the action, so that the refusal stands beside the field."""

    class Meta:
        model = Extension
        fields = ["call", "organisation", "until", "reason"]

    def clean(self):
        data = super().clean()
        if not self.errors:
            self._ask_the_rule(data)
        return data

    def _ask_the_rule(self, data):
        try:
            rules.require_extension_possible(
                user=self.request.user,
                call=data["call"],
                until=data["until"],
                organisation=data["organisation"],
                at=self.request.received_at,
            )
        except ExtensionRefused as refusal:
            self.add_error("until", str(refusal))


@admin.register(Extension)
class ExtensionAdmin(CallScopedAdmin):
    nothing_yet = _(
        "After an outage, or for one organisation, filing stays open longer. A second coordinator approves."
    )
    form = ExtensionForm
    list_display = ["call", "for_whom", "until_moment", "requested_by", "approved"]
    list_filter = [("call", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["call", "organisation", "requested_by", "approved_by"]
    actions = ["approve"]

    def get_fields(self, request, obj=None):
        return ExtensionForm.Meta.fields + (["requested_by", "approved"] if obj else [])

    def get_readonly_fields(self, request, obj=None):
        return ["requested_by", "approved"] if obj else []

    def has_change_permission(self, request, obj=None):
        """Asked and approved, never edited; the list needs the right for its action."""
        return obj is None and super().has_change_permission(request)

    def get_form(self, request, obj=None, **kwargs):
        return type("Form", (super().get_form(request, obj, **kwargs),), {"request": request})

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "organisation":
            own = calls_of_coordinator(request.user)
            kwargs["queryset"] = Organisation.objects.filter(proposals__call__in=own).distinct()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request, obj, form, change):
        asked = extending.request_extension(
            **{name: form.cleaned_data[name] for name in ExtensionForm.Meta.fields},
            by=request.user,
            received_at=request.received_at,
        )
        obj.pk = asked.pk

    def log_addition(self, request, obj, message):
        """The journal tells it already."""

    @admin.action(description=_("Approve, as the second person"), permissions=["change"])
    def approve(self, request, queryset):
        for extension in queryset:
            try:
                extending.approve_extension(
                    extension=extension, by=request.user, received_at=request.received_at
                )
            except ExtensionRefused as refusal:
                messages.error(request, f"{extension}: {refusal}")
            else:
                messages.success(request, _("%(extension)s holds now.") % {"extension": extension})

    @admin.display(description=_("for whom"), ordering="organisation__name")
    def for_whom(self, obj):
        return obj.organisation or _("everyone")

    @admin.display(description=_("until"), ordering="until")
    def until_moment(self, obj):
        return short_moment(obj.until)

    @admin.display(description=_("approved by"))
    def approved(self, obj):
        return obj.approved_by or _("waits for a second person")


admin.site.register(Intake, IntakeAdmin)


@admin.register(LateAttempt)
class LateAttemptAdmin(CallScopedAdmin):
    nothing_yet = _("Nobody tried to file after the deadline.")
    call_lookup = "proposal__call"
    list_display = ["organisation", "received", "deadline_then", "who", "missing_then"]
    list_filter = [("proposal__call", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["proposal__organisation", "proposal__call", "by", "intake"]
    fields = readonly_fields = list_display
    actions = None

    def get_queryset(self, request):
        hidden = kept_from(request.user, organisation="proposal__organisation", call="proposal__call")
        return super().get_queryset(request).exclude(hidden)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description=_("organisation"), ordering="proposal__organisation__name")
    def organisation(self, obj):
        return obj.proposal.organisation

    @admin.display(description=_("received"), ordering="received_at")
    def received(self, obj):
        return exact_moment(obj.received_at)

    @admin.display(description=_("deadline that held"), ordering="deadline")
    def deadline_then(self, obj):
        return exact_moment(obj.deadline)

    @admin.display(description=_("by"), ordering="by__name")
    def who(self, obj):
        return _("by e-mail from %(sender)s") % {"sender": obj.intake.sender} if obj.intake else obj.by

    @admin.display(description=_("missing then"))
    def missing_then(self, obj):
        """Each thing once: several challenges or services may have lacked the same."""
        return ", ".join(dict.fromkeys(map(rules.what_lacked, obj.missing))) or "–"
