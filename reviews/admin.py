"""Reading and scoring in the staff desk: nothing of a conflicted or undeclared proposal shows here."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import path
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.admin_scope import CallScopedAdmin
from accounts.models import Role
from accounts.queries import calls_of_coordinator, calls_of_staff
from accounts.rules import has_role, is_coordinator, is_staff_of
from reviews import actions, desk, insight, queries, views
from reviews.errors import NotAllowed, Refused
from reviews.filters import AskedChallengeFilter, AskedServiceFilter, MunicipalityFilter, OwnStateFilter
from reviews.models import ConflictOfInterest, ReviewedProposal


def own_state_badge(state: str) -> str:
    return render_to_string(
        "components/status.html", {"label": queries.OWN_STATES[state], "tone": queries.STATE_TONES[state]}
    )


def disagreement_badge(proposal) -> str | None:
    """A mark on what readers see differently; only where the scores themselves may be seen."""
    if proposal.spread is None or proposal.reviews_in < 2:
        return None
    if proposal.spread < proposal.disagrees_from:
        return _("agree")
    return render_to_string("components/status.html", {"label": _("disagree"), "tone": "bad"})


class ReadOnlyDesk(admin.ModelAdmin):
    """Rows that staff read; what happens to them happens on their own page, through actions."""

    actions = None
    change_list_template = "admin/reviews/change_list.html"

    def changelist_view(self, request, extra_context=None):
        """The whole width for the table, and its name instead of an order to select something."""
        wide = {"title": capfirst(self.opts.verbose_name_plural), "is_nav_sidebar_enabled": False}
        return super().changelist_view(request, wide | (extra_context or {}))

    def has_module_permission(self, request):
        return is_staff_of(request.user)

    def has_view_permission(self, request, obj=None):
        return is_staff_of(request.user)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.page(request, object_id)

    def page(self, request, key):
        """The page of one row; whether this person may see that row is the page's own question."""
        raise NotImplementedError

    def page_context(self, request, **more) -> dict:
        desk = self.admin_site.each_context(request) | {"is_nav_sidebar_enabled": False}
        return {**desk, "opts": self.opts, **more}


@admin.register(ReviewedProposal)
class ReviewedProposalAdmin(ReadOnlyDesk):
    list_display = [
        "reference",
        "name",
        "organisation",
        "state",
        "mine",
        "score",
        "agreement",
    ]
    list_display_links = ["reference", "name"]
    list_filter = [
        OwnStateFilter,
        "status",
        ("call", admin.RelatedOnlyFieldListFilter),
        AskedChallengeFilter,
        AskedServiceFilter,
        MunicipalityFilter,
    ]
    search_fields = ["reference", "filed_title", "organisation__name"]

    def get_queryset(self, request):
        return queries.annotate_own_order(queries.readable(request.user), request.user)

    def get_ordering(self, request):
        """Each reader their own order, so that no candidacy comes first for everybody."""
        return ["own_order"] if has_role(request.user, Role.Kind.REVIEWER) else ["reference"]

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("belangen/<slug:call>/", view(self.conflicts_view), name="reviews_conflicts"),
            path("verdelen/<slug:call>/", view(self.share_out_view), name="reviews_share_out"),
            path("criteria/<slug:call>/", view(self.criteria_view), name="reviews_criteria"),
            path("inzicht/<slug:call>/", view(self.insight_view), name="reviews_insight"),
            path("shortlist/<slug:call>/", view(self.shortlist_view), name="reviews_shortlist"),
            *super().get_urls(),
        ]

    def conflicts_view(self, request, call):
        call = get_object_or_404(calls_of_staff(request.user), slug=call)
        context = self.page_context(request, title=_("Conflicts of interest"))
        return views.declare(
            request,
            call,
            template="admin/reviews/conflicts.html",
            done="admin:reviews_reviewedproposal_changelist",
            context=context,
        )

    def share_out_view(self, request, call):
        call = get_object_or_404(calls_of_coordinator(request.user), slug=call)
        return desk.share_out(request, call, context=self.page_context(request))

    def criteria_view(self, request, call):
        call = get_object_or_404(calls_of_coordinator(request.user), slug=call)
        return desk.criteria(request, call, context=self.page_context(request))

    def insight_view(self, request, call):
        call = get_object_or_404(calls_of_staff(request.user), slug=call)
        return insight.insight(request, call, context=self.page_context(request))

    def shortlist_view(self, request, call):
        call = get_object_or_404(calls_of_coordinator(request.user), slug=call)
        return desk.shortlist(request, call, context=self.page_context(request))

    def changelist_view(self, request, extra_context=None):
        calls = [
            (call, count)
            for call in calls_of_staff(request.user)
            if (count := queries.undeclared(user=request.user, call=call).count())
        ]
        more = {
            "undeclared": calls,
            "read": calls_of_staff(request.user),
            "coordinated": set(calls_of_coordinator(request.user)),
        }
        return super().changelist_view(request, more | (extra_context or {}))

    def page(self, request, key):
        return views.read(request, key, context=self.page_context(request))

    @admin.display(description=_("title"), ordering="filed_title")
    def name(self, obj):
        return obj.filed_title

    @admin.display(description=_("status"), ordering="status")
    def state(self, obj):
        return obj.get_status_display()

    @admin.display(description=_("my review"), empty_value="–")
    def mine(self, obj):
        return None if obj.own_state == "none" else own_state_badge(obj.own_state)

    @admin.display(description=_("average"), ordering="average")
    def score(self, obj):
        """The average with what it stands on, where the reader may see it."""
        seen = {"proposal": obj, "reviews": obj.reviews_in or 0}
        return render_to_string("admin/reviews/score_cell.html", seen)

    @admin.display(description=_("readers"), empty_value="–")
    def agreement(self, obj):
        return disagreement_badge(obj)


@admin.register(ConflictOfInterest)
class ConflictOfInterestAdmin(CallScopedAdmin):
    """What people declared; a coordinator lifts the conflict of somebody else, with the reason."""

    nothing_yet = _("What readers and jury members declare, and what the portal finds itself, stands here.")
    list_display = ["user", "organisation", "kind", "source", "at", "lifted_at"]
    list_filter = ["kind", "source", ("call", admin.RelatedOnlyFieldListFilter)]
    search_fields = ["user__name", "user__email", "organisation__name"]
    fields = [("user", "organisation"), ("kind", "source", "at"), "explanation", "lift_reason", "lifted_by"]
    readonly_fields = ["user", "organisation", "kind", "source", "at", "explanation", "lifted_by"]

    def get_queryset(self, request):
        return queries.conflicts_for(request.user)

    def has_module_permission(self, request):
        return is_coordinator(request.user)

    def has_view_permission(self, request, obj=None):
        return is_coordinator(request.user, call=obj and obj.call)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        if obj is not None and (not obj.stands or obj.user == request.user):
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request, obj, form, change):
        try:
            actions.lift_conflict(conflict=obj, reason=obj.lift_reason, by=request.user)
        except (NotAllowed, Refused) as refused:
            messages.error(request, str(refused))
