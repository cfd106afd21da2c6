from django import template
from django.conf import settings
from django.urls import reverse

register = template.Library()


@register.simple_tag
def portal_url(name: str, *args, **kwargs) -> str:
    """The absolute address of a page, for use in mails: `{% portal_url 'challenges:home' call.slug %}`."""
    return settings.PORTAL_URL.rstrip("/") + reverse(name, args=args, kwargs=kwargs)
