"""What the frame around every page shows: who is looking, and for whom."""

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import SimpleLazyObject, cached_property

from accounts import rules
from accounts.acting import acting_for
from accounts.models import Role


class Navigation:
    """Read only as far as the page asks: a page without a frame costs no query."""

    def __init__(self, request):
        self.request = request
        # A page of an error may be drawn before anybody is known.
        self.user = getattr(request, "user", None) or AnonymousUser()

    @property
    def call_slug(self) -> str:
        """The call whose pages are being read, from the address: it costs no query."""
        match = self.request.resolver_match
        of_a_call = match and match.route.startswith("oproep/<slug:slug>/")
        return match.kwargs["slug"] if of_a_call else ""

    @cached_property
    def is_staff(self) -> bool:
        return self.user.is_authenticated and rules.may_enter_staff_desk(self.user)

    @cached_property
    def is_jury(self) -> bool:
        return rules.has_role(self.user, Role.Kind.JURY)

    @cached_property
    def is_partner(self) -> bool:
        """Whoever is logged in without a role, and whoever is a member of an organisation."""
        return self.user.is_authenticated and bool(self.organisations or not (self.is_staff or self.is_jury))

    @property
    def organisations(self) -> list:
        return acting_for(self.request).organisations

    @property
    def organisation(self):
        return acting_for(self.request).organisation


def navigation(request):
    return {"nav": SimpleLazyObject(lambda: Navigation(request))}
