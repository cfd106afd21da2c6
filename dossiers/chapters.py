"""One proposal on paper, as far as its reader may know it: the chapter of a dossier and of a bundle."""

import enum
from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import islice

from django.template.loader import render_to_string

from dossiers import queries
from dossiers.coverage import Needs
from matching.presentation import explanation
from pitches.findings import findings_on
from submissions.reading import readable

BATCH = 20
QUOTES = 3


class Reader(enum.StrEnum):
    """Who reads: the organisation itself, the people who judge, or the archive."""

    CANDIDATE = "candidate"
    JURY = "jury"
    ARCHIVE = "archive"


@dataclass(frozen=True)
class Chapter:
    """A chapter ready to print, with what the front of its book tells about it."""

    title: str
    reference: str
    organisation: str
    content: dict
    html: str


def chapters(
    call, proposals, *, reader: Reader, seen=None, heard: Container = frozenset()
) -> Iterator[Chapter]:
    """The chapters of `proposals` by reference, a batch at a time: seven queries each.

    `seen` holds the keys of the proposals whose scores the reader may see; None: of all. `heard` those
    whose deliberation they may read with its scores and notes; of the others they read the advice.
    """
    needs = Needs(call)
    extensions = list(queries.approved_extensions(call))
    for versions in _batches(queries.versions_on_paper(proposals)):
        facts = _Facts(call, versions, reader=reader, seen=seen, heard=heard)
        for version in versions:
            yield _chapter(version, facts, needs=needs, extensions=extensions)


def _batches(versions) -> Iterator[list]:
    running = versions.iterator(chunk_size=BATCH)
    while batch := list(islice(running, BATCH)):
        yield batch


class _Facts:
    """What other rooms know of a batch of versions, by proposal."""

    def __init__(self, call, versions, *, reader: Reader, seen, heard):
        proposals = [version.proposal_id for version in versions]
        self.reader = reader
        self.decisions = queries.released_decisions(proposals)
        self.matches = {} if reader is Reader.CANDIDATE else queries.matches_of(call, versions)
        shown = [] if reader is Reader.CANDIDATE else [pk for pk in proposals if seen is None or pk in seen]
        self.reviews = queries.reviews_of(shown)
        self.findings = {} if reader is Reader.CANDIDATE else findings_on(proposals, call=call)
        self.heard = proposals if reader is Reader.ARCHIVE else heard
        self.history = queries.histories_of(versions) if reader is Reader.ARCHIVE else {}


def _chapter(version, facts: _Facts, *, needs: Needs, extensions) -> Chapter:
    proposal = version.proposal
    content = readable(version.content, call=proposal.call)
    context = {
        "call": proposal.call,
        "proposal": proposal,
        "version": version,
        "content": content,
        "reader": facts.reader.value,
        "extensions": [e for e in extensions if e.organisation_id in (None, proposal.organisation_id)],
        "picture": needs.picture([content]),
        "needs": needs.rows(content),
        "challenges": needs.challenges,
        "matches": [_explained(match) for match in facts.matches.get(version.pk, ())],
        "reviews": _numbered(facts.reviews.get(proposal.pk, [])),
        "finding": facts.findings.get(proposal.pk),
        "heard": proposal.pk in facts.heard,
        "decision": facts.decisions.get(proposal.pk),
        "history": facts.history.get(proposal.pk, ()),
    }
    return Chapter(
        title=f"{content['organisation']['name']}: {content['title']}",
        reference=proposal.reference,
        organisation=content["organisation"]["name"],
        content=content,
        html=render_to_string("dossiers/chapter.html", context),
    )


def _explained(match) -> dict:
    """A score with the parts behind it; where it shows something, with the first sentences behind it too."""
    told = explanation(match)
    shown = told["quotes"][:QUOTES] if match.label != match.Label.NOT_SHOWN else []
    return {**told, "quotes": shown}


def _numbered(reviews: list) -> dict:
    """Reviews with their average; `rows` are criteria x readers, so that scores stand side by side."""
    if not reviews:
        return {}
    rows: dict[int, dict] = {}
    for place, review in enumerate(reviews):
        for score in review.scores.all():
            row = rows.setdefault(
                score.criterion_id, {"criterion": score.criterion, "scores": [None] * len(reviews)}
            )
            row["scores"][place] = score
    return {
        "readers": reviews,
        "rows": sorted(rows.values(), key=lambda row: row["criterion"].position),
        "average": sum(review.total for review in reviews) / len(reviews),
    }
