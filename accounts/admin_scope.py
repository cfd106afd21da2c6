"""What every admin of the staff desk shares: people see and change their own region's call only."""

from django.contrib import admin

from accounts import queries, rules
from challenges.models import Call
from journal.history import JournalHistory


class ScopedChoices:
    """Offer only choices of the person's own calls in the fields of a form.

    A field that points to a call, or to a model with a field `call`, is limited by itself. Others
    are named in `choice_lookups` with the path from the chosen model to its call:
    `{"criterion": "form__call"}`.
    """

    choice_lookups: dict[str, str] = {}

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        return super().formfield_for_foreignkey(
            db_field, request, **self._own_choices(db_field, request, kwargs)
        )

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        return super().formfield_for_manytomany(
            db_field, request, **self._own_choices(db_field, request, kwargs)
        )

    def _own_choices(self, db_field, request, kwargs):
        lookup = self.choice_lookups.get(db_field.name) or _path_to_call(db_field.related_model)
        if lookup is None:
            return kwargs
        choices = kwargs.get("queryset", db_field.related_model._default_manager.all())
        own = queries.calls_of_coordinator(request.user)
        return {**kwargs, "queryset": choices.filter(**{f"{lookup}__in": own})}


def _path_to_call(model) -> str | None:
    if model is Call:
        return "pk"
    return "call" if any(field.name == "call" for field in model._meta.fields) else None


class CallScopedAdmin(JournalHistory, ScopedChoices, admin.ModelAdmin):
    """A ModelAdmin limited to the calls of the person's region.

    `call_lookup` is the path of single-valued relations from the model to its call ("pk" for Call
    itself). Coordinators and reviewers view, coordinators add and change, nobody deletes; a room
    that allows more or less overrides the `has_*_permission` of ModelAdmin. Another region's
    object does not exist here. In `list_filter` write `("call", admin.RelatedOnlyFieldListFilter)`,
    so that the filter does not name other regions either.
    """

    call_lookup = "call"

    def get_queryset(self, request):
        own = queries.calls_of_staff(request.user)
        return super().get_queryset(request).filter(**{f"{self.call_lookup}__in": own})

    def call_of(self, obj) -> Call:
        if isinstance(obj, Call):
            return obj
        for name in self.call_lookup.split("__"):
            obj = getattr(obj, name)
        return obj

    def has_module_permission(self, request):
        return rules.is_staff_of(request.user)

    def has_view_permission(self, request, obj=None):
        return rules.is_staff_of(request.user, call=obj and self.call_of(obj))

    def has_change_permission(self, request, obj=None):
        return rules.is_coordinator(request.user, call=obj and self.call_of(obj))

    def has_add_permission(self, request):
        return rules.is_coordinator(request.user)

    def has_delete_permission(self, request, obj=None):
        return False


class CallScopedInline(ScopedChoices):
    """Put before TabularInline or StackedInline: who may change the parent may change its lines."""

    def has_view_permission(self, request, obj=None):
        return self._parent.has_view_permission(request, obj)

    def has_change_permission(self, request, obj=None):
        return self._parent.has_change_permission(request, obj)

    def has_add_permission(self, request, obj=None):
        if obj is None:
            return self._parent.has_add_permission(request)
        return self._parent.has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)

    @property
    def _parent(self):
        return self.admin_site.get_model_admin(self.parent_model)
