"""How the state of a review is said: to do, begun, scored, abstained."""

from django import template

from reviews.queries import OWN_STATES

register = template.Library()


@register.filter
def own_state(state: str) -> str:
    return str(OWN_STATES[state]).lower()


@register.filter
def unlocalize_number(value) -> str:
    """A number as SVG reads it, with a point whatever the language."""
    return f"{value:g}"
