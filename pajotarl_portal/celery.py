"""The Celery application: every room's `tasks.py` is found by name."""

import os

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pajotarl_portal.settings")

app = Celery("pajotarl_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_init.connect
@signals.beat_init.connect
def start_servers(**_):
    """A worker or beat that is started alone brings its own servers, as every command does."""
    from django.conf import settings

    from pajotarl_portal import embedded

    embedded.start(settings.PORTAL_SERVERS, settings.EMBEDDED_SERVERS)
