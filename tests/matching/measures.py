"""Measures of ranking, as information retrieval defines them."""

from math import log2
from statistics import fmean


def ndcg(values, relevance) -> float:
    """Normalised discounted cumulative gain of ranking by `values`, given graded relevance."""
    ranked = sorted(range(len(values)), key=lambda i: -values[i])
    gain = sum(relevance[i] / log2(place + 2) for place, i in enumerate(ranked))
    best = sum(r / log2(place + 2) for place, r in enumerate(sorted(relevance, reverse=True)))
    return gain / best


def average_precision(values, relevance) -> float:
    """Mean of the precision at every relevant place of the ranking by `values`."""
    ranked = sorted(range(len(values)), key=lambda i: -values[i])
    places = [place for place, i in enumerate(ranked, start=1) if relevance[i]]
    return fmean(found / place for found, place in enumerate(places, start=1))


def auc(good, bad) -> float:
    """Chance that a good one scores above a bad one, ties counting half."""
    return fmean((g > b) + 0.5 * (g == b) for g in good for b in bad)


def mean_ndcg(rows) -> float:
    return fmean(ndcg(values, relevance) for values, relevance in rows if any(relevance))


def mean_average_precision(rows) -> float:
    return fmean(average_precision(values, relevance) for values, relevance in rows if any(relevance))


def kendall_tau(one, other) -> float:
    """Agreement of two rankings, -1..1, ties left out on either side (tau-b)."""
    agree = ties_one = ties_other = 0
    for i in range(len(one)):
        for j in range(i):
            a, b = _sign(one[i] - one[j]), _sign(other[i] - other[j])
            agree += a * b
            ties_one += abs(a)
            ties_other += abs(b)
    return agree / (ties_one * ties_other) ** 0.5


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)
