"""What the staff pages of matching show: rows, sentences with marked words, cells with names."""

from collections import defaultdict
from dataclasses import dataclass

from matching import words
from matching.engine.coverage import Problem, coverage, matrix, without
from matching.engine.score import SUPPORTED
from matching.engine.text import sentences
from matching.facts import texts_in
from matching.models import Match
from submissions import document


@dataclass(frozen=True)
class Quote:
    """A sentence of the proposal in pieces (text, whether it counted), and for which signals."""

    field: str
    pieces: tuple[tuple[str, bool], ...]
    signals: tuple[str, ...]


def quotes(texts: dict[str, str], parts: list[dict]) -> list[Quote]:
    """The sentences behind a score, each once in the order of the text, with its words marked.

    A word may count for several signals; the sentence names them all.
    """
    by_field = defaultdict(list)
    for part in parts:
        for place in part["evidence"]:
            by_field[place["field"]].append((place["start"], place["end"], part["signal"]))
    return [
        _quote(texts[field], sentence, inside)
        for field, spans in by_field.items()
        for sentence in sentences(texts[field], field=field)
        if (inside := [span for span in spans if sentence.start <= span[0] < sentence.end])
    ]


def _quote(text: str, sentence, spans) -> Quote:
    counted = {signal for _start, _end, signal in spans}
    return Quote(
        words.field_name(sentence.field),
        pieces(text, sentence.start, sentence.end, [span[:2] for span in spans]),
        tuple(label for signal, label in words.SIGNALS.items() if signal in counted),
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
    """The page that explains one score: a bar and a meaning per signal, and the sentences behind it."""
    texts = texts_in(document.content_in(match.scored.version.document))
    parts = [
        {
            "label": words.SIGNALS[part["signal"]],
            "meaning": words.MEANINGS[part["signal"]],
            "points": part["points"],
            "of": part["of"],
        }
        for part in match.parts
    ]
    return {
        "match": match,
        "parts": parts,
        "quotes": quotes(texts, match.parts),
        "tone": words.TONES[match.label],
    }


def services(match: Match, needs: dict[str, int]) -> list[dict]:
    """Support in the text per service type that was ticked or that this challenge needs."""
    return [
        {
            "name": support.service_type.need,
            "need": needs.get(support.service_type.slug, 0),
            "chosen": support.chosen,
            "percent": round(100 * support.support),
            "unsupported": support.chosen and support.support < SUPPORTED,
        }
        for support in match.scored.supports.all()
        if support.chosen or support.service_type.slug in needs
    ]


def overview(scored, services: dict[str, str]) -> list[dict]:
    """A row per proposal: its scores by challenge and what stands out."""
    return [
        {
            "scored": each,
            "proposal": each.version.proposal,
            "matches": [{"match": m, "tone": words.TONES[m.label]} for m in each.matches.all()],
            "flags": [words.flag(code, services=services) for code in each.flags],
        }
        for each in scored
    ]


def coverage_rows(problem: Problem, selected, *, challenges, services, names) -> list[dict]:
    """Rows for `components/matrix.html`: a cell is None without a need, else the names behind it."""
    found = {(row.challenge, row.service_type): row for row in matrix(problem, selected)}
    return [
        {
            "label": str(challenge),
            "cells": [
                [names[ref] for ref in found[challenge.number, slug].by]
                if (challenge.number, slug) in found
                else None
                for slug in services
            ],
        }
        for challenge in challenges
    ]


def needs_in_detail(problem: Problem, selected, *, services, names, places) -> list[dict]:
    """A row per need: who meets it, for which share of the inhabitants, and where nobody does."""
    return [
        {
            "challenge": row.challenge,
            "service": services[row.service_type],
            "weight": row.weight,
            "by": [names[ref] for ref in row.by],
            "capacity": row.quarters * 25,
            "reached": round(row.reached / 10),
            "holes": [places[nis] for nis in row.holes] if row.by else [],
        }
        for row in matrix(problem, selected)
    ]


def members(problem: Problem, selected, *, services, names, budgets) -> list[dict]:
    """A row per member: what it costs, what it alone adds, and what falls open without it."""
    total = coverage(problem, selected)
    return [
        {
            "name": names[ref],
            "key": ref,
            "budget": budgets[ref],
            "alone": percent(total - coverage(problem, [r for r in selected if r != ref]), problem),
            "open": [gap_row(gap, services=services, names=names) for gap in without(problem, selected, ref)],
        }
        for ref in selected
    ]


def percent(units: int, problem: Problem) -> float:
    return round(100 * units / problem.full_coverage, 1) if problem.full_coverage else 0.0


def gap_row(gap, *, services, names) -> dict:
    """A gap with names; `gap` is the engine's or a row of a stored document."""
    row = gap if isinstance(gap, dict) else vars(gap)
    return {
        "challenge": row["challenge"],
        "service": services.get(row["service_type"], row["service_type"]),
        "weight": row["weight"],
        "by": [names.get(ref, ref) for ref in row.get("by", ())],
    }


def gap_lists(gaps: dict, *, services, names) -> dict[str, list[dict]]:
    return {
        kind: [gap_row(gap, services=services, names=names) for gap in rows] for kind, rows in gaps.items()
    }


def alternatives(composition_document: dict, *, names) -> list[dict]:
    """What each alternative wins and loses against the suggestion."""
    best = composition_document["objective"]
    base = set(composition_document["selected"])
    return [
        {
            "joins": [names.get(ref, ref) for ref in other["selected"] if ref not in base],
            "leaves": [names.get(ref, ref) for ref in sorted(base - set(other["selected"]))],
            "keys": other["selected"],
            **figures(other["objective"]),
            "coverage_change": round(100 * (other["objective"]["coverage"] - best["coverage"]), 1),
            "cost_change": other["objective"]["cost"] - best["cost"],
        }
        for other in composition_document.get("alternatives", ())
    ]


def figures(objective: dict) -> dict:
    """An objective as people read it: percent, points and euro."""
    return {
        "coverage": round(100 * objective["coverage"], 1),
        "quality": round(objective["quality"], 1),
        "cost": objective["cost"],
    }
