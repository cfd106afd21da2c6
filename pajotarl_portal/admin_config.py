from django.contrib.admin.apps import AdminConfig


class PortalAdminConfig(AdminConfig):
    default_site = "pajotarl_portal.admin.PortalAdminSite"
