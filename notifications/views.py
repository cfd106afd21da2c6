from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render

from notifications import queries

PER_PAGE = 25


@login_required
def messages(request):
    """What was mailed to this person and their organisations."""
    page = Paginator(queries.messages_to(request.user), PER_PAGE).get_page(request.GET.get("pagina"))
    return render(request, "notifications/messages.html", {"page": page})


@login_required
def message(request, pk):
    message = get_object_or_404(queries.messages_to(request.user), pk=pk)
    return render(request, "notifications/message.html", {"message": message})


def mailbox(request):
    """Practice mode only: every mail that would have left the portal."""
    page = Paginator(_caught(), PER_PAGE).get_page(request.GET.get("pagina"))
    return render(request, "notifications/mailbox.html", {"page": page})


def caught(request, pk):
    return render(request, "notifications/caught.html", {"message": get_object_or_404(_caught(), pk=pk)})


def _caught():
    if not settings.PORTAL_DEMO:
        raise Http404
    return queries.caught_mail()
