from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubmissionsConfig(AppConfig):
    name = "submissions"
    verbose_name = _("Submissions")

    def ready(self):
        from journal.registry import verify_also
        from submissions.queries import verify_versions

        verify_also("versions", verify_versions)
        import_module("submissions.reminders")
