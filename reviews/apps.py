from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    name = "reviews"
    verbose_name = _("Reviews")

    def ready(self):
        from matching.registry import merits_from
        from reviews import reminders  # noqa: F401  registers what is due
        from reviews.queries import readable, released_averages
        from submissions.models import Proposal
        from submissions.registry import read_filed_by

        read_filed_by(partial(readable, model=Proposal))
        merits_from(released_averages)
