from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.balance import Impossible, balanced


def loads(plan, readers):
    return {reader: sum(reader in given for given in plan.values()) for reader in readers}


def test_balanced_gives_everyone_an_even_share():
    plan = balanced(proposals=list("pqrst"), readers=["a", "b", "c"], per_proposal=2)

    assert sorted(loads(plan, "abc").values()) == [3, 3, 4]
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

    assert loads(after, "abc") == {"a": 2, "b": 2, "c": 2}
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


def spread_by_brute_force(proposals, readers, per_proposal, conflicts):
    options = [
        [set(team) for team in combinations([r for r in readers if (r, p) not in conflicts], per_proposal)]
        for p in proposals
    ]
    return min(
        sorted((sum(r in team for team in choice) for r in readers), reverse=True)
        for choice in product(*options)
    )


@given(data=st.data())
def test_balanced_is_as_even_as_any_assignment_can_be(data):
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

    assert {len(given) for given in plan.values()} <= {wanted}
    assert not {(r, p) for p, given in plan.items() for r in given} & conflicts
    assert sorted(loads(plan, readers).values(), reverse=True) == spread_by_brute_force(
        proposals, readers, wanted, conflicts
    )
