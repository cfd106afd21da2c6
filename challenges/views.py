"""The public pages of a call."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from challenges import calendar as ics
from challenges import pictures, queries, rules
from challenges.models import Call
from journal import clock


def _page(request, name: str, call: Call, **context):
    """A page of `call`, with the way back to its home."""
    trail = [{"url": call.get_absolute_url(), "label": call}]
    return render(request, f"challenges/{name}.html", {"call": call, "trail": trail, **context})


def entrance(request, page="home"):
    """The portal's front door to a page of the only call there is, or of one to choose."""
    slugs = queries.calls().values_list("slug", flat=True)[:2]
    return redirect(f"challenges:{page}", slugs[0]) if len(slugs) == 1 else calls(request, page=page)


def calls(request, page="home"):
    at = clock.now()
    listed = [(call, rules.phase(call, at=at), rules.filing(call)) for call in queries.calls_with_counts()]
    context = {"listed": listed, "target": f"challenges:{page}"}
    return render(request, "challenges/calls.html", context)


def home(request, slug):
    call = get_object_or_404(queries.call_home(), slug=slug)
    phase = rules.phase(call, at=clock.now())
    municipalities = list(queries.municipalities_of(call))
    context = {
        "call": call,
        "phase": phase,
        "filing": rules.filing(call),
        "current": rules.milestone(call, phase),
        "decision": rules.milestone(call, "decision"),
        "municipalities": municipalities,
        "inhabitants": sum(each.inhabitants for each in municipalities),
        "personas": {persona for challenge in call.challenges.all() for persona in challenge.people},
    }
    return render(request, "challenges/home.html", context)


def challenges(request, slug):
    call = get_object_or_404(queries.with_challenges(queries.calls()), slug=slug)
    return _page(request, "challenges", call)


def challenge(request, slug, number):
    challenge = get_object_or_404(queries.challenge_page(), call__slug=slug, number=number)
    others = list(queries.challenges().filter(call=challenge.call))
    return _page(
        request,
        "challenge",
        challenge.call,
        challenge=challenge,
        before=next((each for each in reversed(others) if each.number < number), None),
        after=next((each for each in others if each.number > number), None),
        municipalities=queries.municipalities_of(challenge.call),
    )


def service_types(request, slug):
    call = get_object_or_404(queries.calls(), slug=slug)
    service_types = list(queries.service_types_of(call))
    challenges = list(call.challenges.all())
    matrix = pictures.matrix(service_types, challenges)
    return _page(
        request, "service_types", call, service_types=service_types, challenges=challenges, matrix=matrix
    )


def principles(request, slug):
    call = get_object_or_404(queries.with_principles(queries.calls()), slug=slug)
    return _page(request, "principles", call)


def municipalities(request, slug):
    call = get_object_or_404(queries.calls(), slug=slug)
    municipalities = list(queries.municipalities_of(call).prefetch_related("merged"))
    inhabitants = [each.inhabitants for each in municipalities]
    return _page(
        request,
        "municipalities",
        call,
        municipalities=municipalities,
        tiles=pictures.tiles(municipalities),
        total=sum(inhabitants),
        largest=max(inhabitants, default=0),
    )


def questions(request, slug):
    call = get_object_or_404(queries.calls(), slug=slug)
    return _page(request, "questions", call, questions=queries.published_questions(call))


def contacts(request, slug):
    call = get_object_or_404(queries.calls(), slug=slug)
    return _page(request, "contacts", call, contacts=call.contacts.all())


def calendar(request, slug):
    """The call's milestones as a calendar that a phone or a mail programme subscribes to."""
    call = get_object_or_404(queries.calls(), slug=slug)
    content = ics.feed(call, at=clock.now(), address=request.build_absolute_uri(call.get_absolute_url()))
    headers = {"Content-Disposition": f'inline; filename="{call.slug}.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)


def accessibility(request):
    return render(request, "challenges/accessibility.html", {"contacts": queries.contacts_of_every_region()})


def privacy(request, slug):
    call = get_object_or_404(queries.calls(), slug=slug)
    return _page(request, "privacy", call)
