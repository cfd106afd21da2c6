from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PitchesConfig(AppConfig):
    name = "pitches"
    verbose_name = _("Pitches")

    def ready(self):
        from matching.registry import merits_from
        from pitches import next_step, reminders  # noqa: F401
        from pitches.queries import jury_averages

        merits_from(jury_averages)
        from pitches.models import Timetable
        from reviews.registry import released_when

        released_when(lambda call: Timetable.objects.filter(call=call, releases__gt=0).exists())
