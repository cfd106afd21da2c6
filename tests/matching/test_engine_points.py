import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.engine.points import Draws, label, largest_remainder, out_of, points
from matching.engine.types import SIGNALS

VALUES = st.fixed_dictionaries({signal: st.floats(0, 1) for signal in SIGNALS})
WEIGHTS = st.fixed_dictionaries({signal: st.integers(0, 50) for signal in SIGNALS}).filter(
    lambda weights: any(weights.values())
)


def test_largest_remainder_gives_to_the_largest_fraction_first():
    assert largest_remainder([1.2, 2.7, 3.1], total=7) == (1, 3, 3)


@given(weights=WEIGHTS, values=VALUES)
def test_points_sum_to_the_rounded_score_and_stay_within_reach(weights, values):
    of = out_of(weights)

    earned = points(values, of=of)

    exact = sum(of[signal] * values[signal] for signal in SIGNALS)
    assert sum(of.values()) == 100
    assert abs(sum(earned.values()) - exact) <= 0.5 + 1e-6
    assert all(0 <= earned[signal] <= of[signal] for signal in SIGNALS)


@pytest.mark.parametrize("weights", [dict.fromkeys(SIGNALS, 0), {**dict.fromkeys(SIGNALS, 1), "text": -1}])
def test_out_of_refuses_weights_that_mean_nothing(weights):
    with pytest.raises(ValueError, match="weights"):
        out_of(weights)


@given(weights=WEIGHTS, values=VALUES)
def test_band_holds_the_score_and_is_the_same_twice(weights, values):
    of = out_of(weights)
    score = sum(points(values, of=of).values())

    band = Draws(of).band(values, score=score)

    assert 0 <= band.low <= score <= band.high <= 100
    assert Draws(of).band(values, score=score) == band


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [(50, 60, "clear"), (49, 60, "possible"), (10, 25, "possible"), (0, 24, "not_shown")],
)
def test_label_speaks_for_the_whole_band(low, high, says):
    assert label(low=low, high=high) == says
