from django import template
from django.utils.translation import gettext as _

from accounts.kbo import written_kbo_number

register = template.Library()

register.filter("kbo", written_kbo_number)


@register.simple_tag
def facts_of(organisation) -> list[tuple[str, str]]:
    """What is known of an organisation, in the order of its form."""
    return [
        (_("Legal form"), organisation.get_legal_form_display()),
        (_("KBO number"), written_kbo_number(organisation.kbo_number) or _("None")),
        (_("Town or city"), organisation.city),
        (_("E-mail"), organisation.email),
        (_("Telephone"), organisation.phone or "–"),
        (_("Website"), organisation.website or "–"),
    ]
