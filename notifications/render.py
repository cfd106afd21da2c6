"""From a kind of mail to its subject, text and HTML, in the reader's language."""

from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import translation


def render_mail(kind: str, *, reader, context: dict) -> dict:
    """The fields of a Message that depend on its reader: a user or a plain address."""
    user = None if isinstance(reader, str) else reader
    language = getattr(user, "language", "nl")
    values = {**context, "person": user}
    with translation.override(language):
        return {
            "recipient": (reader if user is None else user.email).lower(),
            "user": user,
            "language": language,
            "subject": " ".join(_plain(f"notifications/{kind}.subject.txt", values).split()),
            "text": _plain(f"notifications/{kind}.txt", values).strip() + "\n",
            "html": render_to_string(f"notifications/{kind}.html", values),
        }


def _plain(template: str, values: dict) -> str:
    """Text is not HTML: nothing in it is escaped."""
    return get_template(template).template.render(Context(values, autoescape=False))
