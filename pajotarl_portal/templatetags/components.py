"""What the parts in `templates/components/` need to be drawn; docs/interface.md shows their use."""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from pajotarl_portal.timeline import drawn

register = template.Library()

LENGTHS = ("c0", "c1", "c2", "c3")


@register.inclusion_tag("components/timeline.html")
def timeline(milestones, at):
    """The call's calendar as a picture: `milestones` in order, `at` the portal's present moment."""
    return {"drawing": drawn(milestones, at=at)}


@register.filter
def percent_of(value, of) -> str:
    """`value` of `of` as a number between 0 and 100, written with a point for SVG."""
    share = 100 * float(value or 0) / float(of) if of else 0
    return f"{min(max(share, 0), 100):.2f}"


@register.filter
def cover(count: int) -> str:
    """The class of a cell in which `count` organisations cover the need."""
    return LENGTHS[min(count, 3)]


@register.filter
def items(texts) -> SafeString:
    """`texts` as items of a list, escaped all at once: a matrix holds thousands of names. No text of a
    database holds the character that keeps them apart."""
    return mark_safe("<li>{}</li>".format(escape("\0".join(texts)).replace("\0", "</li>\n<li>")))


@register.filter
def without_placeholders(form):
    """The form with its labels only: a placeholder that repeats the label says nothing."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return form
