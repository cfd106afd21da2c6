"""How gunicorn serves the portal: loaded once, then forked, so that the processes share its memory."""

import gc
import os
from importlib import import_module

from django.conf import settings

from pajotarl_portal.settings import env

bind = f"{settings.HOST}:{settings.PORT}"
workers = env.whole("WEB_PROCESSES", default=2)
threads = env.whole("WEB_THREADS", default=4)
worker_class = "pajotarl_portal.serving.PortalWorker"
preload_app = True
timeout = 60
graceful_timeout = 10
keepalive = 5
max_requests = 10_000
max_requests_jitter = 1_000
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
loglevel = "warning"
# The portal itself judges what a proxy says (TRUSTED_PROXIES); gunicorn trusts none.
forwarded_allow_ips = ""

LOADED_LATE = ("submissions.press", "pikepdf", "openpyxl")


def when_ready(server):
    """Load what is imported late, then move all of it out of the collector's sight: a collection
    would unshare those pages."""
    for name in LOADED_LATE:
        import_module(name)
    gc.collect()
    gc.freeze()
