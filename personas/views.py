from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render

from personas import queries


def persona(request, slug, persona):
    """One persona as this call meets it."""
    persona = get_object_or_404(queries.personas_of_call(slug), slug=persona)
    challenges = list(queries.challenges_met(persona, slug=slug))
    call = challenges[0].call
    trail = [{"url": call.get_absolute_url(), "label": call}]
    context = {
        "persona": persona,
        "challenges": challenges,
        "services": queries.services_that_help(challenges),
        "call": call,
        "trail": trail,
    }
    return render(request, "personas/persona.html", context)


def sheet(request, slug, persona):
    """The sheet that staff uploaded, as a download."""
    persona = get_object_or_404(queries.personas_of_call(slug), slug=persona)
    if not persona.sheet:
        raise Http404
    # Telling the name reads the file and closes it: the other way round the download would be empty.
    name = persona.sheet_name
    return FileResponse(persona.sheet.open("rb"), as_attachment=True, filename=name)
