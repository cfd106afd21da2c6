from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "pajotarl_portal"

    def ready(self):
        from accounts.queries import calls_of_staff
        from journal import registry

        registry.calls_read_by(lambda user: calls_of_staff(user).values_list("slug", flat=True))
