from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DecisionsConfig(AppConfig):
    name = "decisions"
    verbose_name = _("Decisions")

    def ready(self):
        from challenges.retention import rights_told_by
        from decisions import next_step, reminders  # noqa: F401  registers what is due
        from decisions.models import Decision
        from decisions.retention import last_right_ends
        from reviews.registry import released_when

        released_when(lambda call: Decision.objects.filter(call=call).exists())
        rights_told_by(last_right_ends)
