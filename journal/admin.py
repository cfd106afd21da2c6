from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from journal import queries
from journal.models import Entry
from journal.templatetags.moments import compact_moment, exact_moment


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):
    """What happened, to be read: nobody adds, changes or removes an entry."""

    list_display = ("number", "when", "actor", "verb", "object", "call")
    list_filter = ("verb", "call")
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
