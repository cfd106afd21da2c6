"""Filters of the reading list; their choices come from the person's own calls."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.queries import calls_of_staff
from challenges.models import Challenge, Municipality, ServiceType
from reviews.queries import OWN_STATES


class OwnStateFilter(admin.SimpleListFilter):
    title = _("my review")
    parameter_name = "mijn"

    def lookups(self, request, model_admin):
        return list(OWN_STATES.items())

    def queryset(self, request, queryset):
        return queryset.filter(own_state=self.value()) if self.value() else queryset


class PartOfCallFilter(admin.SimpleListFilter):
    """Proposals whose answers name a part of the call."""

    model = None
    path_to_call = "call"
    lookup = ""

    def lookups(self, request, model_admin):
        own = calls_of_staff(request.user)
        parts = self.model.objects.filter(**{f"{self.path_to_call}__in": own}).distinct()
        return [(str(part.pk), str(part)) for part in parts]

    def queryset(self, request, queryset):
        if not (self.value() or "").isdigit():
            return queryset
        return queryset.filter(**{self.lookup: self.value()})


class AskedChallengeFilter(PartOfCallFilter):
    title, parameter_name = _("challenge"), "uitdaging"
    model, lookup = Challenge, "challenge_answers__challenge"


class AskedServiceFilter(PartOfCallFilter):
    title, parameter_name = _("service type"), "dienst"
    model, lookup = ServiceType, "service_answers__service_type"


class MunicipalityFilter(PartOfCallFilter):
    title, parameter_name = _("municipality"), "gemeente"
    model, path_to_call, lookup = Municipality, "proposals__call", "municipalities"
