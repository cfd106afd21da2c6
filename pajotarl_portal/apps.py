from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "pajotarl_portal"
