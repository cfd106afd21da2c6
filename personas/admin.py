"""The personas on the staff desk. Regions share them: coordinators describe, maintainers name."""

from django.contrib import admin
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import queries, rules
from journal.admin_log import JournalledAdmin
from personas.models import Persona


@admin.register(Persona)
class PersonaAdmin(JournalledAdmin, admin.ModelAdmin):
    list_display = ["name", "slug", "has_sheet"]
    search_fields = ["name", "description"]
    fields = ["name", "slug", "description", "sheet", "position"]

    @admin.display(description=_("sheet"), boolean=True)
    def has_sheet(self, persona):
        return bool(persona.sheet)

    def get_queryset(self, request):
        everyone = super().get_queryset(request)
        if request.user.is_superuser:
            return everyone
        own = queries.calls_of_staff(request.user)
        return everyone.filter(
            pk__in=Persona.challenges.through.objects.filter(challenge__call__in=own).values("persona")
        )

    def get_readonly_fields(self, request, obj=None):
        return [] if request.user.is_superuser else ["name", "slug", "position"]

    def save_model(self, request, obj, form, change):
        replaced = form.initial.get("sheet") if "sheet" in form.changed_data else None
        super().save_model(request, obj, form, change)
        if replaced:
            transaction.on_commit(lambda: replaced.storage.delete(replaced.name))

    def has_module_permission(self, request):
        return rules.is_staff_of(request.user)

    def has_view_permission(self, request, obj=None):
        return rules.is_staff_of(request.user)

    def has_change_permission(self, request, obj=None):
        if request.user.is_superuser or obj is None:
            return rules.is_coordinator(request.user)
        calls = {challenge.call for challenge in obj.challenges.select_related("call")}
        return any(rules.is_coordinator(request.user, call=call) for call in calls)

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        return False
