from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "pajotarl_portal"

    def ready(self):
        from journal import registry
        from pajotarl_portal import purging  # noqa: F401  registers what is due
        from reviews.queries import calls_of_journal

        registry.calls_read_by(calls_of_journal)
