"""Sessions in the database, as Django keeps them, read in a tenth of the time.

They end by the machine's clock, by which Django wrote their end: moving the portal's clock logs nobody out.
"""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from journal.statements import Slot, Statement

LIVING = Statement(lambda: Session.objects.filter(session_key=Slot("key"), expire_date__gt=Slot("now")))


def ends_at(request):
    """When the session of `request` ends, by the machine's clock; None without one that lives."""
    found = LIVING.first(key=request.session.session_key, now=timezone.now())
    return found and found.expire_date


class SessionStore(db.SessionStore):
    def _get_session_from_db(self):
        found = LIVING.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found
