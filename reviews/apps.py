from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = _("Reviews")

    def ready(self):
        from accounts.registry import kept_away_by
        from matching.registry import merits_from
        from reviews import reminders  # noqa: F401  registers what is due
        from reviews.conflicts import kept_away
        from reviews.openings import note_opening_of_filed
        from reviews.queries import open_to, released_averages
        from submissions.registry import openings_noted_by, read_filed_by

        kept_away_by(kept_away)
        openings_noted_by(note_opening_of_filed)
        read_filed_by(open_to)
        merits_from(released_averages)
