"""A staff desk with one scoped admin, to see what a person of another region gets."""

from django.urls import path

from accounts.admin_scope import CallScopedAdmin
from challenges.models import Milestone
from pajotarl_portal.admin import PortalAdminSite
from pajotarl_portal.urls import urlpatterns as portal

site = PortalAdminSite(name="oefendesk")
site.register(Milestone, CallScopedAdmin)

urlpatterns = [path("oefendesk/", site.urls), *portal]
