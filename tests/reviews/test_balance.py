from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.balance import Impossible, balanced, shares_of


def test_balanced_gives_everyone_an_even_share():
    plan = balanced(proposals=list("pqrst"), readers=["a", "b", "c"], per_proposal=2)

    assert sorted(shares_of(plan, "abc").values()) == [3, 3, 4]
    assert {len(given) for given in plan.values()} == {2}


def test_balanced_keeps_away_from_conflicts():
    plan = balanced(proposals=["p", "q"], readers=["a", "b", "c"], per_proposal=2, conflicts={("a", "p")})

    assert plan["p"] == ["b", "c"]


def test_balanced_keeps_what_is_assigned_already():
    current = {("c", "p"), ("b", "q"), ("a", "r")}

    plan = balanced(proposals=["p", "q", "r"], readers=["a", "b", "c"], per_proposal=1, current=current)

    assert plan == {"p": ["c"], "q": ["b"], "r": ["a"]}


def test_balanced_gives_a_new_reader_a_share_with_few_changes():
    before = balanced(proposals=list("pqrstu"), readers=["a", "b"], per_proposal=1)
    current = {(reader, p) for p, given in before.items() for reader in given}

    after = balanced(proposals=list("pqrstu"), readers=["a", "b", "c"], per_proposal=1, current=current)

    assert shares_of(after, "abc") == {"a": 2, "b": 2, "c": 2}
    assert sum(before[p] != after[p] for p in before) == 2


def test_balanced_drops_readers_above_the_wish_but_never_a_fixed_one():
    current = {("a", "p"), ("b", "p"), ("c", "p")}

    plan = balanced(
        proposals=["p"],
        readers=["a", "b", "c"],
        per_proposal=1,
        current=current,
        fixed={("c", "p"), ("b", "p")},
    )

    assert plan == {"p": ["b", "c"]}


def test_balanced_forgets_readers_who_left():
    plan = balanced(
        proposals=["p"], readers=["b"], per_proposal=1, current={("gone", "p"), ("b", "elsewhere")}
    )

    assert plan == {"p": ["b"]}


def test_balanced_names_the_proposal_that_lacks_readers():
    with pytest.raises(Impossible) as lack:
        balanced(proposals=["p", "q"], readers=["a", "b"], per_proposal=2, conflicts={("b", "q")})

    assert (lack.value.proposal, lack.value.wanted, lack.value.available) == ("q", 2, 1)


def best_by_brute_force(proposals, readers, per_proposal, conflicts, current):
    """The most even shares, and the fewest new assignments among all that are as even."""
    options = [
        [set(team) for team in combinations([r for r in readers if (r, p) not in conflicts], per_proposal)]
        for p in proposals
    ]
    return min(
        (
            sorted((sum(r in team for team in choice) for r in readers), reverse=True),
            sum((r, p) not in current for p, team in zip(proposals, choice, strict=True) for r in team),
        )
        for choice in product(*options)
    )


@given(data=st.data())
def test_balanced_is_as_even_as_can_be_and_changes_as_little_as_can_be(data):
    readers = list("abcd")[: data.draw(st.integers(1, 4))]
    proposals = list(range(data.draw(st.integers(0, 4))))
    pairs = list(product(readers, proposals))
    conflicts = data.draw(st.sets(st.sampled_from(pairs))) if pairs else set()
    current = data.draw(st.sets(st.sampled_from(pairs))) if pairs else set()
    wanted = data.draw(st.integers(1, 2))
    wish = {"proposals": proposals, "readers": readers, "per_proposal": wanted, "conflicts": conflicts}

    try:
        plan = balanced(**wish, current=current)
    except Impossible as lack:
        free = [r for r in readers if (r, lack.proposal) not in conflicts]
        assert len(free) < wanted
        return

    given = {(r, p) for p, team in plan.items() for r in team}
    assert {len(team) for team in plan.values()} <= {wanted}
    assert not given & conflicts
    assert (
        sorted(shares_of(plan, readers).values(), reverse=True),
        len(given - current),
    ) == best_by_brute_force(proposals, readers, wanted, conflicts, current)


@pytest.mark.parametrize("added", ["proposal", "reader"])
def test_balanced_disturbs_a_whole_region_as_little_as_can_be(added):
    readers, proposals = list(range(12)), list(range(100, 140))
    before = balanced(proposals=proposals, readers=readers, per_proposal=3)
    current = {(r, p) for p, team in before.items() for r in team}
    readers += [12] if added == "reader" else []
    proposals += [140] if added == "proposal" else []

    after = balanced(proposals=proposals, readers=readers, per_proposal=3, current=current)

    new = {(r, p) for p, team in after.items() for r in team} - current
    shares = shares_of(after, readers).values()
    assert max(shares) - min(shares) == 1
    assert len(new) == {"proposal": 3, "reader": 9}[added]
