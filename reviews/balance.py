"""Who reads what: an even share for everybody, without conflicts, with as few changes as possible.

Pure: keys in, keys out. Readers, proposals and shares form a flow network, so the linear program
below has whole numbers at every corner and HiGHS answers it exactly. Rising prices for each next
proposal of a reader make the shares as even as they can be (their sum of squares is the least:
Harvey, Ladner, Lovász and Tamir, "Semi-matchings for bipartite graphs", 2006); among all such
answers the one that keeps most of what was assigned is taken.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence

from matching.engine.solver import QuietHighs

Key = Hashable
Pair = tuple[Key, Key]


class Impossible(Exception):
    """A proposal has fewer readers without a conflict than wanted."""

    def __init__(self, *, proposal: Key, wanted: int, available: int):
        super().__init__(f"{proposal}: {available} of {wanted}")
        self.proposal, self.wanted, self.available = proposal, wanted, available


def balanced(
    *,
    proposals: Sequence[Key],
    readers: Sequence[Key],
    per_proposal: int,
    conflicts: Collection[Pair] = (),
    current: Collection[Pair] = (),
    fixed: Collection[Pair] = (),
) -> dict[Key, list[Key]]:
    """Give each of `proposals` exactly `per_proposal` of `readers`.

    `conflicts`, `current` (as assigned now) and `fixed` (begun, never taken away) are (reader, proposal)
    pairs. Raises Impossible for the first proposal that lacks readers. A proposal with more than
    `per_proposal` fixed readers keeps them all. Same input, same output.
    """
    free = {p: [r for r in readers if (r, p) not in conflicts] for p in proposals}
    for proposal in proposals:
        if len(free[proposal]) < per_proposal:
            raise Impossible(proposal=proposal, wanted=per_proposal, available=len(free[proposal]))
    network = _Network(free=free, readers=readers, current=set(current), fixed=set(fixed))
    return network.shares(per_proposal)


def shares_of(plan: Mapping[Key, Sequence[Key]], readers: Sequence[Key]) -> dict[Key, int]:
    """How many proposals each of `readers` got."""
    return {reader: sum(reader in given for given in plan.values()) for reader in readers}


class _Network:
    """One variable per possible pair, and one per next proposal of a reader, each dearer than the last."""

    def __init__(self, *, free: Mapping, readers: Sequence, current: set, fixed: set):
        self.free, self.readers, self.current, self.fixed = free, readers, current, fixed
        self.pairs = [(reader, proposal) for proposal in free for reader in free[proposal]]
        self.lp = QuietHighs()
        for option, value in {"output_flag": False, "threads": 1, "solver": "simplex"}.items():
            self.lp.setOptionValue(option, value)

    def shares(self, wanted: int) -> dict[Key, list[Key]]:
        if not self.pairs:
            return {proposal: [] for proposal in self.free}
        for pair in self.pairs:
            self.lp.addVar(1.0 if pair in self.fixed else 0.0, 1.0)
            self.lp.changeColCost(self.lp.getNumCol() - 1, 0.0 if pair in self.current else 1.0)
        self._fill_every_proposal(wanted)
        self._price_every_share()
        self.lp.run()
        chosen = self.lp.getSolution().col_value
        plan = {proposal: [] for proposal in self.free}
        for (reader, proposal), value in zip(self.pairs, chosen, strict=False):
            if value > 0.5:
                plan[proposal].append(reader)
        return plan

    def _fill_every_proposal(self, wanted: int):
        for proposal in self.free:
            columns = [i for i, pair in enumerate(self.pairs) if pair[1] == proposal]
            begun = sum(self.pairs[i] in self.fixed for i in columns)
            self._row(dict.fromkeys(columns, 1.0), max(wanted, begun))

    def _price_every_share(self):
        """A rise of more than all pairs together: no number of kept pairs buys an uneven share."""
        rise = len(self.pairs) + 1
        for reader in self.readers:
            columns = {i: 1.0 for i, pair in enumerate(self.pairs) if pair[0] == reader}
            for step in range(len(columns)):
                self.lp.addVar(0.0, 1.0)
                columns[self.lp.getNumCol() - 1] = -1.0
                self.lp.changeColCost(self.lp.getNumCol() - 1, float(rise * (step + 1)))
            if columns:
                self._row(columns, 0)

    def _row(self, terms: dict[int, float], total: int):
        self.lp.addRow(float(total), float(total), len(terms), list(terms), list(terms.values()))
