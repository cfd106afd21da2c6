"""The call that a command was asked for."""

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from challenges.models import Call


def call_named(slug: str) -> Call:
    """The call with this slug. Raises CommandError, which names the calls there are."""
    call = Call.objects.select_related("region").filter(slug=slug).first()
    if call is None:
        known = ", ".join(Call.objects.values_list("slug", flat=True)) or _("none is loaded yet")
        said = _("--call %(slug)s: there is no such call. Give one of: %(known)s.")
        raise CommandError(said % {"slug": slug, "known": known})
    return call
