from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from journal import queries
from journal.models import Entry
from journal.templatetags.moments import compact_moment, exact_moment
from journal.words import said


class NamedChangeList(ChangeList):
    """The page's entries with the names of who did it, asked for at once."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = queries.with_actors(self.result_list)


class VerbFilter(admin.SimpleListFilter):
    title = _("verb")
    parameter_name = "verb"

    def lookups(self, request, model_admin):
        verbs = queries.entries_for(request.user).order_by("verb").values_list("verb", flat=True).distinct()
        return sorted(((verb, said(verb)) for verb in verbs), key=lambda choice: choice[1])

    def queryset(self, request, queryset):
        return queryset.filter(verb=self.value()) if self.value() else queryset


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):
    """What happened, to be read: nobody adds, changes or removes an entry."""

    many = _("lines in the journal")
    list_display = ("number", "when", "who", "what", "thing", "call")
    list_filter = (VerbFilter, "call")
    search_fields = ("=object", "actor", "verb", "hash")
    search_help_text = _("An object such as submissions.proposal:12, a person, a verb, or a hash.")
    date_hierarchy = "at"
    list_per_page = 50
    show_full_result_count = False
    fields = (
        ("number", "moment", "recorded_at"),
        ("actor", "verb"),
        ("object", "call"),
        "payload",
        ("previous_hash", "hash"),
    )
    readonly_fields = ("moment", *(field.name for field in Entry._meta.fields))

    @admin.display(description=_("at (Brussels time)"), ordering="at")
    def when(self, entry):
        return compact_moment(entry.at)

    @admin.display(description=_("actor"))
    def who(self, entry):
        return entry.actor_name

    @admin.display(description=_("verb"), ordering="verb")
    def what(self, entry):
        return said(entry.verb)

    @admin.display(description=_("object"), ordering="object")
    def thing(self, entry):
        label, _colon, key = entry.object.partition(":")
        app, _dot, name = label.partition(".")
        known = apps.all_models.get(app, {}).get(name)
        begins = key.partition("-")[0]
        return f"{capfirst(known._meta.verbose_name)} {begins}" if known else entry.object

    def get_changelist(self, request, **kwargs):
        return NamedChangeList

    @admin.display(description=_("at"))
    def moment(self, entry):
        return exact_moment(entry.at)

    def get_queryset(self, request):
        return queries.entries_for(request.user)

    def has_module_permission(self, request):
        return True

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
