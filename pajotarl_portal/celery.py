"""The Celery application: every room's `tasks.py` is found by name."""

import os
import warnings

from celery import Celery, signals
from celery.exceptions import SecurityWarning
from django.conf import settings
from django.db import close_old_connections, connection

from pajotarl_portal import embedded, heartbeat

__all__ = ["app", "heartbeat"]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pajotarl_portal.settings")

app = Celery("pajotarl_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_init.connect
@signals.beat_init.connect
def start_servers(**_):
    """A worker or beat that is started alone brings its own servers, as every command does."""
    embedded.start(settings.PORTAL_SERVERS, settings.EMBEDDED_SERVERS)


@signals.task_prerun.connect
def keep_good_connections(**_):
    """What Django does at each request: keep a connection, unless it is broken or past CONN_MAX_AGE."""
    close_old_connections()
    connection.doubt()


@signals.celeryd_init.connect
def allow_practice_as_root(**_):
    """Someone who tries the portal as root in a container needs no lecture; production does."""
    if settings.PORTAL_DEMO:
        warnings.simplefilter("ignore", SecurityWarning)
