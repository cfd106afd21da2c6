"""The admin site of the VDAB staff: who may enter, and what it is called."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts import rules


class PortalAdminSite(admin.AdminSite):
    site_header = _("Staff desk")
    site_title = _("Staff desk")
    index_title = _("What needs you now")
    site_url = "/"

    def has_permission(self, request):
        return rules.may_enter_staff_desk(request.user)
