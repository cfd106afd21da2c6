"""What the pages about scores show: rows, and sentences with the words that counted."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from matching import words
from matching.engine.text import sentences
from matching.facts import texts_in
from matching.grid import Grid
from matching.models import Match
from matching.partnership import figures
from matching.ranking import Place, Ranking
from matching.sums import Working
from submissions import document

_STYLES = {label: f"status status-{tone}" if tone else "status" for label, tone in words.TONES.items()}


@dataclass(frozen=True)
class Quote:
    """A sentence of the proposal in pieces (text, whether it counted), for which signals, what it was read
    to be about, and what makes it count less."""

    field: str
    pieces: tuple[tuple[str, bool], ...]
    signals: tuple[str, ...]
    about: tuple[str, ...] = ()
    ways: str = ""


def quotes(texts: dict[str, str], parts: list[dict], working: Working | None = None) -> list[Quote]:
    """The sentences behind a score, each once in the order of the text, with its words marked.

    A word may count for several signals; the sentence names them all. `working` tells what the words
    were read to be about, and how each sentence is meant.
    """
    about = working.about() if working else {}
    by_field = defaultdict(list)
    for part in parts:
        for place in part["evidence"]:
            by_field[place["field"]].append((place["start"], place["end"], part["signal"]))
    found: dict[tuple[str, ...], Quote] = {}
    for field, spans in by_field.items():
        for sentence in sentences(texts[field], field=field):
            inside = [span for span in spans if sentence.start <= span[0] < sentence.end]
            if inside and sentence.key not in found:
                ways = working.meant(sentence) if working else ""
                found[sentence.key] = _quote(texts[field], sentence, inside, about, ways)
    return list(found.values())


def _quote(text: str, sentence, spans, about: Mapping, ways: str) -> Quote:
    counted = {signal for _start, _end, signal in spans}
    named = (
        name for start, end, _signal in sorted(spans) for name in about.get((sentence.field, start, end), ())
    )
    return Quote(
        words.field_name(sentence.field),
        pieces(text, sentence.start, sentence.end, [span[:2] for span in spans]),
        tuple(label for signal, label in words.SIGNALS.items() if signal in counted),
        tuple(dict.fromkeys(named)),
        ways,
    )


def pieces(text: str, start: int, end: int, spans) -> tuple[tuple[str, bool], ...]:
    """`text[start:end]` cut at the spans (which may overlap), each piece with whether it is in one."""
    found, at = [], start
    for first, last in merged(spans):
        found += [(text[at:first], False), (text[first:last], True)]
        at = last
    return tuple((piece, marked) for piece, marked in [*found, (text[at:end], False)] if piece)


def merged(spans) -> list[tuple[int, int]]:
    """Spans in order, overlapping ones joined."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def explanation(match: Match) -> dict:
    """The page that explains one score: a bar and a sum per signal, and the sentences behind it."""
    content = document.content_in(match.scored.version.document)
    working = Working(match, content)
    return {
        "match": match,
        "parts": working.sums(),
        "exact": working.exact(),
        "services": working.services,
        "supports": working.supports(),
        "trust": working.trust(),
        "trust_steps": working.trust_steps(),
        "quotes": quotes(texts_in(content), match.parts, working),
        "tone": words.TONES[match.label],
    }


def overview(scored, scores, ranked: dict[int, Ranking], challenges, services: dict[str, str]) -> list[dict]:
    """A row per proposal: its scores and places by challenge, which of them it ticked itself, and what
    stands out."""
    named, labels = {c.pk: str(c) for c in challenges}, words.labels()
    cells = defaultdict(list)
    for score in scores:
        cells[score.scored_id].append(
            {
                **_cell(score, labels),
                "challenge": named[score.challenge_id],
                **_place(ranked[score.challenge_id][score.scored_id]),
                "number": score.number,
            }
        )
    return [
        {
            "name": each.organisation,
            "reference": each.reference,
            "cells": [cell | {"ticked": cell["number"] in each.ticked} for cell in cells[each.pk]],
            "flags": [words.flag(code, services=services) for code in each.flags],
        }
        for each in scored
    ]


def ranked_rows(scored, scores, ranking: Ranking, challenge, names: dict[int, str]) -> list[dict]:
    """A row per proposal in the order of one challenge: its place, its score, whether it ticked the
    challenge itself and from whom it can't be told apart."""
    labels = words.labels()
    by_id = {score.scored_id: score for score in scores if score.challenge_id == challenge.pk}
    rows = [
        {
            **_cell(by_id[each.pk], labels),
            "name": each.organisation,
            "reference": each.reference,
            "ticked": challenge.number in each.ticked,
            **_place(ranking[each.pk]),
            "equals": ranking.equals(each.pk, names),
        }
        for each in scored
        if each.pk in by_id
    ]
    return sorted(rows, key=lambda row: (-int(row["points"]), row["reference"]))


def _place(found: Place) -> dict:
    return {"place": str(found), "place_told": words.place(found)}


def _cell(score, labels: Mapping[str, str]) -> dict:
    """One score in a list, as texts: a number in a template is first written in the reader's language,
    which hundreds of them need not be."""
    return {
        "path": f"{score.scored_id}/{score.number}/",
        "points": str(score.points),
        "band": f"{score.low}–{score.high}",
        "label": labels[score.label],
        "style": _STYLES[score.label],
    }


def listed(made) -> dict:
    """A composition as a row of a list: figures and wishes, no names."""
    reached = figures(made.document["objective"]) if made.size else None
    return {"made": made, "asked": words.wishes_in_short(made), "figures": reached}


def side_by_side(told: list) -> dict:
    """Partnerships as columns: rows of wishes and figures, of members with how firm each is, and of the
    share of each need and persona that is covered."""
    members = sorted({(each.name(ref), ref) for each in told for ref in each.selected})
    needs = sorted({need for each in told for need in each.problem.meeting})
    grids = [Grid(each.problem, each.selected, each.names) for each in told]
    shares = [grid.shares() for grid in grids]
    personas = [grid.personas() for grid in grids]
    return {
        "partnerships": told,
        "columns": len(told) + 1,
        "figures": [figures(each.document["objective"]) for each in told],
        "members": [(name, [each.place(ref) for each in told]) for name, ref in members],
        "studied": any(each.made.studies.get("roles") for each in told),
        "draws": [each.made.studies.get("draws", 0) for each in told],
        "needs": [
            {
                "challenge": need[0],
                "service": told[0].service(need[1]),
                "shares": [one.get(need, 0.0) for one in shares],
            }
            for need in needs
        ],
        "personas": [
            (row[0]["name"], [each["covered"] for each in row]) for row in zip(*personas, strict=True)
        ],
    }
