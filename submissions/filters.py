"""Filters of the staff desk's list, with the choices of the calls that the person reads."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.queries import calls_of_staff
from challenges.models import Challenge, Municipality, ServiceType
from submissions.models import Proposal


class PartFilter(admin.SimpleListFilter):
    """Proposals whose answers name one part of the call."""

    def parts(self, calls):
        raise NotImplementedError

    def lookups(self, request, model_admin):
        return [(part.pk, str(part)) for part in self.parts(calls_of_staff(request.user))]

    def queryset(self, request, queryset):
        if not (self.value() or "").isdecimal():
            return queryset
        return queryset.filter(**{self.lookup: self.value()})


class ChallengeFilter(PartFilter):
    title, parameter_name, lookup = _("challenge"), "challenge", "challenge_answers__challenge"

    def parts(self, calls):
        return Challenge.objects.filter(call__in=calls)


class ServiceTypeFilter(PartFilter):
    title, parameter_name, lookup = _("service type"), "service_type", "service_answers__service_type"

    def parts(self, calls):
        return ServiceType.objects.filter(call__in=calls)


class MunicipalityFilter(PartFilter):
    title, parameter_name, lookup = _("municipality"), "municipality", "municipalities"

    def parts(self, calls):
        named = Proposal.objects.filter(call__in=calls).exclude(status=Proposal.Status.DRAFT)
        return Municipality.objects.filter(proposals__in=named).distinct()
