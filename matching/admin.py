"""Matching at the staff desk: scores and why, coverage, compositions, weights."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models.fields.json import KT
from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts.admin_scope import CallScopedAdmin
from accounts.queries import calls_of_coordinator, organisations_before
from journal import clock
from journal.admin_log import JournalledAdmin
from matching import actions, pages, queries, rules, scoring_pages, words
from matching.desks import staff_desk
from matching.forms import ManyOptions, WeightsForm
from matching.models import Composition, LegalGroup, Run, Weights


class ReadOnlyPages(CallScopedAdmin):
    """A list whose rows open a page of our own; nothing is added or changed by Django's forms."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def page(self, view):
        """`view` behind the desk's login, with the staff desk as its second argument."""
        return self.admin_site.admin_view(lambda request, **kwargs: self._shown(request, view, kwargs))

    def _shown(self, request, view, kwargs):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return view(request, staff_desk(request, self.admin_site), **kwargs)


@admin.register(Run)
class RunAdmin(ReadOnlyPages):
    many = _("matching runs")
    nothing_yet = _("Score the filed candidacies with the button above. Matching advises; people decide.")
    list_display = ["call", "created_at", "proposals", "key", "version", "by"]
    list_filter = [("call", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["call", "by"]
    date_hierarchy = "created_at"
    change_list_template = "admin/matching/run_list.html"

    def get_queryset(self, request):
        return queries.runs_of(request.user).defer("recipe")

    @admin.display(description=_("proposals"), ordering="proposals")
    def proposals(self, run):
        return run.proposals

    @admin.display(description=_("run"))
    def key(self, run):
        return run.key

    @admin.display(description=_("scoring version"), ordering="scoring_version")
    def version(self, run):
        return run.scoring_version[:16]

    def changelist_view(self, request, extra_context=None):
        calls = calls_of_coordinator(request.user).select_related("region")
        return super().changelist_view(request, {**(extra_context or {}), "calls": calls})

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self._shown(request, pages.show_run, {"run_id": object_id})

    def get_urls(self):
        return [
            path(
                "scoren/<int:call_id>/", self.page(scoring_pages.show_scoring), name="matching_scoring_page"
            ),
            path("nu/<int:call_id>/", self.page(pages.start_run), name="matching_run_start"),
            path(
                "<int:run_id>/waarom/<int:scored_id>/<int:number>/",
                self.page(pages.explain),
                name="matching_run_explain",
            ),
            path("<int:run_id>/vergelijken/", self.page(pages.compare), name="matching_run_compare"),
            path("<int:run_id>/dekking/", self.page(pages.show_coverage), name="matching_run_coverage"),
            path(
                "<int:run_id>/samenstellen/",
                self.page(pages.new_composition),
                name="matching_run_compose",
            ),
            *super().get_urls(),
        ]


@admin.register(Composition)
class CompositionAdmin(ReadOnlyPages):
    nothing_yet = _("Open a run of the matching and compose a partnership from it.")
    call_lookup = "run__call"
    list_display = ["created_at", "kind", "status", "asked", "size", "coverage", "cost", "by", "call"]
    list_filter = [("run__call", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["run__call__region", "by"]

    def get_queryset(self, request):
        found = queries.compositions_of(request.user).select_related(None)
        return found.defer("run__recipe", "document", "studies", "basis").annotate(
            covered=KT("document__objective__coverage"), costs=KT("document__objective__cost")
        )

    @admin.display(description=_("call"), ordering="run__call")
    def call(self, made):
        return made.run.call

    @admin.display(description=_("wishes"))
    def asked(self, made):
        return words.wishes_in_short(made) or None

    @admin.display(description=_("coverage"))
    def coverage(self, made):
        return f"{words.number(100 * float(made.covered), 1)}%" if made.covered and made.size else None

    @admin.display(description=_("cost per year"))
    def cost(self, made):
        return words.euros(int(made.costs)) if made.costs and made.size else None

    @admin.display(description=_("members"), ordering="size")
    def size(self, made):
        return made.size

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self._shown(request, pages.show_composition, {"composition_id": object_id})


@admin.register(Weights)
class WeightsAdmin(CallScopedAdmin):
    nothing_yet = _("As long as nobody sets other weights, those of docs/matching.md count.")
    form = WeightsForm
    list_display = ["call", "chosen", "services", "text", "municipalities", "principles", "expertise"]
    list_select_related = ["call"]

    def has_change_permission(self, request, obj=None):
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or rules.weights_are_open(call=obj.call, at=clock.now())

    def save_model(self, request, obj, form, change):
        actions.set_weights(weights=obj, by=request.user)


@admin.register(LegalGroup)
class LegalGroupAdmin(JournalledAdmin, CallScopedAdmin):
    list_display = ["name", "call"]
    list_select_related = ["call"]

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        widget = ManyOptions(db_field.verbose_name, is_stacked=False)
        found = {"queryset": organisations_before(request.user).only("name"), "widget": widget}
        return super(CallScopedAdmin, self).formfield_for_manytomany(db_field, request, **kwargs | found)
