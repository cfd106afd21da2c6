"""Problems, wishes and answers as plain JSON values, for storage and for the worker process."""

from dataclasses import asdict

from .compose import Composed, Composition, Level, Objective
from .conflict import WayOut
from .coverage import Offer, Problem, gaps
from .draws import Values
from .studies import Studies
from .wishes import Wish, Wishes


def offer_out(offer: Offer) -> dict:
    return {
        "external_id": offer.external_id,
        "cost": offer.cost,
        "quarters": dict(sorted(offer.quarters.items())),
        "points": [[number, points] for number, points in sorted(offer.points.items())],
        "municipalities": sorted(offer.municipalities),
        "expertise": sorted(offer.expertise),
        "group": offer.group,
        "merit": offer.merit,
    }


def offer_in(row: dict) -> Offer:
    return Offer(
        row["external_id"],
        row["cost"],
        row["quarters"],
        dict(row["points"]),
        frozenset(row["municipalities"]),
        frozenset(row["expertise"]),
        row["group"],
        row["merit"],
    )


def problem_out(problem: Problem) -> dict:
    return {
        "needs": [[*need, weight] for need, weight in problem.needs.items()],
        "cells": [[*cell, weight] for cell, weight in problem.cells.items()],
        "offers": [offer_out(offer) for offer in problem.offers],
    }


def problem_in(row: dict) -> Problem:
    return Problem(
        {(number, slug): weight for number, slug, weight in row["needs"]},
        {(number, slug, nis): weight for number, slug, nis, weight in row["cells"]},
        tuple(map(offer_in, row["offers"])),
    )


def wishes_in(row: dict) -> Wishes:
    lists = {name: tuple(row[name]) for name in ("include", "exclude", "twice")}
    return Wishes(**row | lists | {"waived": tuple(wish_in(each) for each in row["waived"])})


def wish_in(row: dict) -> Wish:
    return Wish(row["kind"], row["value"])


def composed_in(row: dict) -> Composed:
    return Composed(
        tuple(row["selected"]),
        Objective(**row["objective"]),
        tuple(Level(**level) for level in row["levels"]),
    )


def answer_out(answer: Composition) -> dict:
    """Without the gaps, which follow from the problem."""
    row = asdict(answer)
    del row["gaps"]
    return row


def answer_in(row: dict, problem: Problem) -> Composition:
    best = composed_in(row)
    return Composition(
        row["status"],
        best.selected,
        best.objective,
        row["bound"],
        row["gap"],
        best.levels,
        tuple(map(composed_in, row["alternatives"])),
        gaps(problem, best.selected),
        tuple(
            WayOut(tuple(map(wish_in, way["wishes"])), tuple(way["witness"]), way["needed"])
            for way in row["ways_out"]
        ),
    )


def values_in(row: dict) -> Values:
    """Signals come with their challenge as a text: a key of a JSON object is one."""
    signals = {
        ref: {int(number): values for number, values in found.items()}
        for ref, found in row["signals"].items()
    }
    return Values(signals, row["weights"])


def studies_out(found: Studies) -> dict:
    return asdict(found)
