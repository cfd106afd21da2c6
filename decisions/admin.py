"""Deciding, releasing and assessing in the staff desk."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from accounts.admin_scope import CallScopedAdmin
from accounts.queries import calls_of_coordinator
from accounts.rules import is_coordinator
from decisions import actions, desk, queries, rules
from decisions.errors import Refused
from decisions.models import ProposalToDecide, Release, Remedy, Reply
from decisions.templatetags.decisions import timeuntil_of
from journal import clock
from journal.templatetags.moments import last_minute
from reviews.admin import ReadOnlyDesk


class LetterFilter(admin.ChoicesFieldListFilter):
    """By the state of the letter, so named: the candidacy has a status of its own."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = _("letter")


@admin.register(ProposalToDecide)
class ProposalToDecideAdmin(ReadOnlyDesk):
    list_display = ["reference", "name", "organisation", "state", "mean", "outcome", "decision_state"]
    list_display_links = ["reference", "name"]
    list_filter = [
        "status",
        "decision__outcome",
        ("decision__status", LetterFilter),
        ("call", admin.RelatedOnlyFieldListFilter),
    ]
    search_fields = ["reference", "filed_title", "organisation__name"]
    ordering = ["reference"]

    def has_module_permission(self, request):
        return is_coordinator(request.user)

    def has_view_permission(self, request, obj=None):
        return is_coordinator(request.user)

    def get_queryset(self, request):
        return queries.to_decide(request.user)

    def get_urls(self):
        page = self.admin_site.admin_view(self.partnership_view)
        return [path("partnerschap/<slug:call>/", page, name="decisions_partnership"), *super().get_urls()]

    def partnership_view(self, request, call):
        call = get_object_or_404(calls_of_coordinator(request.user), slug=call)
        return desk.partnership(request, call, context=self.page_context(request))

    change_list_template = "admin/decisions/change_list.html"

    def changelist_view(self, request, extra_context=None):
        more = {"coordinated": calls_of_coordinator(request.user)}
        return super().changelist_view(request, more | (extra_context or {}))

    def page(self, request, key):
        return desk.decide(request, key, context=self.page_context(request))

    @admin.display(description=_("title"), ordering="filed_title")
    def name(self, obj):
        return obj.filed_title

    @admin.display(description=_("status"), ordering="status")
    def state(self, obj):
        return obj.get_status_display()

    @admin.display(description=_("average"), empty_value="–")
    def mean(self, obj):
        return obj.average and number_format(obj.average, 1)

    @admin.display(description=_("outcome"), empty_value="–", ordering="decision__outcome")
    def outcome(self, obj):
        if decision := queries.decision_on(obj):
            place = f" {decision.rank}" if decision.rank else ""
            return f"{decision.get_outcome_display()}{place}"
        return None

    @admin.display(description=_("letter"), empty_value="–", ordering="decision__status")
    def decision_state(self, obj):
        decision = queries.decision_on(obj)
        return decision and decision.get_status_display()


@admin.register(Release)
class ReleaseAdmin(ReadOnlyDesk):
    """One page per call instead of a list: the dry run, and the button of this moment."""

    many = _("releases of decisions")

    nothing_yet = _(
        "Write a decision for every candidacy first; then the letters can be released as one act."
    )

    def has_module_permission(self, request):
        return is_coordinator(request.user)

    def has_view_permission(self, request, obj=None):
        return is_coordinator(request.user)

    def get_urls(self):
        page = self.admin_site.admin_view(self.release_view)
        return [path("oproep/<slug:call>/", page, name="decisions_release_call"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        calls = list(calls_of_coordinator(request.user))
        if not calls:
            raise Http404
        if len(calls) == 1:
            return redirect("admin:decisions_release_call", calls[0].slug)
        context = self.page_context(request, title=self.opts.verbose_name_plural, calls=calls)
        return desk.choose_call(request, context=context)

    def release_view(self, request, call):
        call = get_object_or_404(calls_of_coordinator(request.user), slug=call)
        return desk.release(request, call, context=self.page_context(request))

    def page(self, request, key):
        release = get_object_or_404(queries.releases_of(request.user), pk=key)
        return redirect("admin:decisions_release_call", release.call.slug)


@admin.register(Reply)
class ReplyAdmin(ReadOnlyDesk):
    many = _("replies")
    nothing_yet = _("Organisations can reply once they have their letter.")
    list_display = [
        "reference",
        "organisation",
        "received_at",
        "replies_close",
        "assess_before",
        "left",
        "found",
    ]
    search_fields = ["decision__proposal__reference", "decision__proposal__organisation__name"]
    list_filter = ["assessment__outcome", ("decision__call", admin.RelatedOnlyFieldListFilter)]

    def get_queryset(self, request):
        return queries.replies_of(request.user)

    def page(self, request, key):
        return desk.assess(request, key, context=self.page_context(request))

    @admin.display(description=_("reference"), ordering="decision__proposal__reference")
    def reference(self, obj):
        return obj.decision.proposal.reference

    @admin.display(description=_("organisation"))
    def organisation(self, obj):
        return obj.decision.proposal.organisation

    @admin.display(description=_("assess up to and including"))
    def assess_before(self, obj):
        return last_minute(rules.assessment_ends(obj.decision))

    @admin.display(description=_("replies close"))
    def replies_close(self, obj):
        return last_minute(rules.reply_ends(obj.decision))

    @admin.display(description=_("time left"), empty_value="–")
    def left(self, obj):
        waits = getattr(obj, "assessment", None) is None
        return timeuntil_of(clock.now(), rules.assessment_ends(obj.decision)) if waits else None

    @admin.display(description=_("assessment"))
    def found(self, obj):
        assessment = getattr(obj, "assessment", None)
        return assessment.get_outcome_display() if assessment else _("To assess")


@admin.register(Remedy)
class RemedyAdmin(CallScopedAdmin):
    nothing_yet = _("Without a remedy clause no letter goes out: say where and until when one can appeal.")
    list_display = ["call", "days", "reply_words", "assessing_days", "assumed"]
    list_select_related = ["call"]
    fields = ["call", "where", "days", "reply_words", "assessing_days", "replies_close", "assumed"]
    readonly_fields = ["call", "replies_close", "assumed"]

    def has_add_permission(self, request):
        return False

    @admin.display(description=_("replies close"), empty_value="–")
    def replies_close(self, obj):
        ends = rules.replies_end(obj.call)
        return ends and last_minute(ends)

    def save_model(self, request, obj, form, change):
        try:
            actions.set_remedy(
                call=obj.call,
                where=obj.where,
                days=obj.days,
                reply_words=obj.reply_words,
                assessing_days=obj.assessing_days,
                by=request.user,
            )
        except Refused as refused:
            messages.error(request, refused.message)
