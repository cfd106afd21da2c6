import random

import pytest

from reviews.severity import severity, too_little_overlap


def scores(*, severe=(), noise=0.0, proposals=12, readers=4, seed=1):
    """Everybody reads everything; `severe` gives the shift of each reader."""
    chance = random.Random(seed)
    level = {p: chance.uniform(40, 85) for p in range(proposals)}
    shift = dict(enumerate(severe))
    return [
        (f"r{r}", p, level[p] + shift.get(r, 0) + chance.gauss(0, noise))
        for r in range(readers)
        for p in range(proposals)
    ]


def test_severity_finds_who_scores_lower():
    found = severity(scores(severe=[-12, 0, 0, 12], noise=3))

    assert found.readers["r0"].value == pytest.approx(-12, abs=3)
    assert found.readers["r3"].value == pytest.approx(12, abs=3)
    assert found.readers["r0"].is_clear and found.readers["r3"].is_clear


def test_severity_is_nothing_among_equals():
    found = severity(scores(noise=4))

    assert all(abs(effect.value) < 2 for effect in found.readers.values())
    assert not any(effect.is_clear for effect in found.readers.values())


def test_severity_shrinks_towards_nothing_with_few_scores():
    many = severity(scores(severe=[-10, 0, 0, 0], noise=8, proposals=30)).readers["r0"]
    few = severity(scores(severe=[-10, 0, 0, 0], noise=8, proposals=3)).readers["r0"]

    assert few.high - few.low > many.high - many.low
    assert many.low < -10 + 5 and many.high > -10 - 5


def test_severity_evens_out_who_read_a_proposal():
    given = [row for row in scores(severe=[-15, 0, 0], readers=3, noise=1) if (row[0], row[1]) != ("r0", 0)]
    raw = {p: [s for _r, q, s in given if q == p] for p in range(12)}

    found = severity(given)

    mean = {p: sum(each) / len(each) for p, each in raw.items()}
    assert found.proposals[0].value < mean[0]
    assert all(found.proposals[p].low < found.proposals[p].value < found.proposals[p].high for p in mean)


def test_severity_covers_the_truth_as_often_as_it_says():
    shifts, inside, told = [-6, -2, 3, 5], 0, 0
    centre = sum(shifts) / 4
    for seed in range(40):
        found = severity(scores(severe=shifts, noise=8, seed=seed))
        for number, shift in enumerate(shifts):
            effect = found.readers[f"r{number}"]
            told += 1
            inside += effect.low <= shift - centre <= effect.high

    assert 0.8 <= inside / told <= 0.99


def test_severity_is_the_same_in_any_order():
    given = scores(severe=[4, -4], noise=5)

    assert severity(list(reversed(given))) == severity(given)


@pytest.mark.parametrize(
    "given",
    [
        [],
        [("a", 1, 50)],
        [("a", p, 50) for p in range(9)],
        [("a", 1, 50), ("b", 1, 60), ("a", 2, 40), ("b", 2, 70)],
        [("a", p, 50) for p in range(4)] + [("b", p + 10, 50) for p in range(4)],
    ],
)
def test_severity_is_not_told_without_overlap(given):
    assert severity(given) is None


def test_a_reader_without_overlap_is_left_out():
    given = [*scores(readers=2), ("alone", 0, 10), ("alone", 99, 10)]

    assert too_little_overlap(given) == ["alone"]
    assert set(severity(given).readers) == {"r0", "r1"}


def test_severity_of_two_who_agree_by_chance_keeps_its_bounds():
    points = {"a": [97, 100, 84, 80, 77, 70, 76, 62, 47], "b": [98, 89, 77, 80, 79, 82, 72, 58, 39]}

    found = severity([(reader, p, float(s)) for reader, row in points.items() for p, s in enumerate(row)])

    for effect in found.readers.values():
        assert abs(effect.value) < 2
        assert effect.high - effect.low > 1


def test_severity_of_scores_that_are_all_equal_is_nothing():
    found = severity([(r, p, 60.0) for r in "ab" for p in range(5)])

    assert found.readers["a"].value == pytest.approx(0, abs=1e-3)
    assert found.proposals[0].value == pytest.approx(60, abs=1e-3)


def test_bounds_of_a_proposal_stay_on_the_scale():
    given = [
        (reader, p, min(100.0, 96.0 + p + 3 * (reader == "b") * (p % 2)))
        for reader in "abc"
        for p in range(5)
    ]

    found = severity(given).proposals

    assert all(0 <= each.low <= each.value <= each.high <= 100 for each in found.values())
    assert max(each.high for each in found.values()) == 100
