"""What people see when a form's security key no longer holds, mostly because the session has ended."""

from urllib.parse import urlsplit

from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token

SECRET_FIELDS = ("csrfmiddlewaretoken", "password")


@requires_csrf_token
def csrf_failure(request, reason=""):
    """Refuse, and give back what was typed: nobody should write a page twice."""
    typed = texts(request) if is_from_here(request) else []
    return render(request, "403_csrf.html", {"typed": typed}, status=403)


def texts(request) -> list[tuple[str, str]]:
    """The fields in which something was written: never passwords, keys or codes."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if " " in value.strip() and not name.startswith(SECRET_FIELDS)
    ]


def is_from_here(request) -> bool:
    """Whether one of our own pages sent this form: another site's words are not shown in our name."""
    sender = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(sender).netloc == request.get_host()
