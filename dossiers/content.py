"""What a dossier and a bundle print: chapters of frozen versions, the needs they cover, who stays away."""

import json
from collections.abc import Callable

from challenges.models import Need
from dossiers import queries
from submissions.paper import Paper
from submissions.reading import readable

FULL = 3


def dossier(version) -> Paper:
    """The dossier of one frozen version."""
    call = version.proposal.call
    extensions = queries.approved_extensions(call)
    context = {"call": call, "chapter": chapter(version, extensions)}
    return Paper("dossiers/dossier.html", context)


def bundle(call, proposals, *, tell: Callable[[int], None] = lambda done: None) -> Paper:
    """The jury's bundle of `proposals`; `tell(done)` hears of every chapter that is ready."""
    extensions = list(queries.approved_extensions(call))
    chapters = []
    for version in queries.versions_on_paper(proposals):
        chapters.append(chapter(version, extensions))
        tell(len(chapters))
    context = {
        "call": call,
        "chapters": chapters,
        "coverage": coverage(call, [entry["content"] for entry in chapters]),
        "challenges": list(call.challenges.all()),
        "conflicts": list(queries.conflicts_around(proposals)),
    }
    return Paper("dossiers/bundle.html", context)


def chapter(version, extensions) -> dict:
    """One proposal as its last frozen version tells it, with the extensions that held for it."""
    proposal = version.proposal
    return {
        "proposal": proposal,
        "version": version,
        "content": readable(json.loads(version.document), call=proposal.call),
        "extensions": [e for e in extensions if e.organisation_id in (None, proposal.organisation_id)],
    }


def coverage(call, contents) -> list[dict]:
    """Rows of service type x challenge: how many proposals offer it to that challenge, None without need.

    A table that is read on paper is taller than wide: service types down, challenges across.
    """
    needs = {(need.challenge.number, need.service_type_id) for need in _needs(call)}
    offers = [
        ({row["number"] for row in content["challenges"]}, {row["slug"] for row in content["service_types"]})
        for content in contents
    ]
    numbers = [challenge.number for challenge in call.challenges.all()]
    return [
        {
            "service": service,
            "cells": [
                _cell(number, service, offers) if (number, service.pk) in needs else None
                for number in numbers
            ],
        }
        for service in call.service_types.all()
    ]


def _needs(call):
    return Need.objects.filter(challenge__call=call).select_related("challenge")


def _cell(number: int, service, offers) -> dict:
    count = sum(number in numbers and service.slug in slugs for numbers, slugs in offers)
    return {"count": count, "level": min(count, FULL)}
