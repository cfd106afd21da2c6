"""Who is logged in, read at each request of a person; and whether there are roles to read at all."""

from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef

from accounts.models import Role, User
from journal.statements import Slot, Statement

PERSON = Statement(
    lambda: User.objects.filter(pk=Slot("pk")).annotate(
        has_a_role=Exists(Role.objects.filter(user=OuterRef("pk")))
    )
)


class PortalBackend(ModelBackend):
    """Django's own, which does not compose the same query again for every page."""

    def get_user(self, user_id):
        user = PERSON.first(pk=user_id)
        return user if user and self.user_can_authenticate(user) else None
