"""Django's PostgreSQL backend that has the embedded servers started at the first connection.

So `manage.py help` and other commands that need no database start none.
"""

from django.conf import settings
from django.db.backends.postgresql import base

from pajotarl_portal import embedded


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params):
        embedded.start(settings.PORTAL_SERVERS, settings.EMBEDDED_SERVERS)
        return super().get_new_connection(conn_params)
