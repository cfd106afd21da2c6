"""The admin site of the VDAB staff: who may enter, and what it is called."""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import rules
from journal import clock
from pajotarl_portal import desk


class PortalAdminSite(admin.AdminSite):
    site_header = _("Staff desk")
    site_title = _("Staff desk")
    index_title = _("What needs you now")
    site_url = "/"

    def has_permission(self, request):
        return rules.may_enter_staff_desk(request.user)

    def index(self, request, extra_context=None):
        at = clock.now()
        desks = desk.desks_of(request.user, at=at)
        return super().index(request, {"desks": desks, "at": at, **(extra_context or {})})

    def login(self, request, extra_context=None):
        """One door for everybody: Django's own login page would let staff in without second factor."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next", reverse("admin:index")))
