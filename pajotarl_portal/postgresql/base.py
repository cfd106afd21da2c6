"""Django's PostgreSQL backend, with two habits of the portal.

The embedded servers start at the first connection: `manage.py help` and other commands that need no database
start none. And a connection that showed a second ago that it lives is not asked again by the next request.
"""

import time

from django.conf import settings
from django.db.backends.postgresql import base

from pajotarl_portal import embedded

PROVEN_SECONDS = 1
NEVER = float("-inf")


class DatabaseWrapper(base.DatabaseWrapper):
    proven_at = NEVER

    def get_new_connection(self, conn_params):
        if settings.EMBEDDED_SERVERS:
            embedded.start(settings.PORTAL_SERVERS, settings.EMBEDDED_SERVERS)
        return super().get_new_connection(conn_params)

    def close_if_health_check_failed(self):
        """Django's own, at most once a second; in one request the answer stands, whatever time passes."""
        if time.monotonic() - self.proven_at < PROVEN_SECONDS:
            self.health_check_done = True
        if self.health_check_done:
            return
        super().close_if_health_check_failed()
        self.proven_at = time.monotonic()

    def doubt(self):
        """Have it asked again whether it lives, however short ago that was."""
        self.proven_at = NEVER
