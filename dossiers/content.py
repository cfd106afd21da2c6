"""What a dossier and a bundle print: chapters of frozen versions, the needs they cover, who stays away."""

import json
from collections.abc import Callable

from dossiers import queries
from submissions.paper import Paper
from submissions.reading import readable

FULL = 3


def dossier(version) -> Paper:
    """The dossier of one frozen version."""
    call = version.proposal.call
    extensions = queries.approved_extensions(call)
    return Paper("dossiers/dossier.html", {"call": call, "chapter": chapter(version, extensions)})


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
        "services": list(call.service_types.all()),
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
    """Rows of challenge x service type: how many proposals offer it to that challenge, None without need."""
    offers = [
        ({row["number"] for row in content["challenges"]}, {row["slug"] for row in content["service_types"]})
        for content in contents
    ]
    return [
        {"challenge": challenge, "cells": [_cell(challenge, service, offers) for service in _services(call)]}
        for challenge in call.challenges.prefetch_related("needs")
    ]


def _services(call):
    return call.service_types.all()


def _cell(challenge, service, offers) -> dict | None:
    if service.pk not in {need.service_type_id for need in challenge.needs.all()}:
        return None
    count = sum(challenge.number in numbers and service.slug in slugs for numbers, slugs in offers)
    return {"count": count, "level": min(count, FULL)}
