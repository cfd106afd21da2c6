"""Who reads what: an even share for everybody, without conflicts, with as few changes as possible.

Pure: keys in, keys out. A start is filled up greedily and then evened out along shortest
exchange paths; no such path left means that no assignment is more even (optimal semi-matching:
Harvey, Ladner, Lovász and Tamir, 2006).
"""

from collections import deque
from collections.abc import Collection, Hashable, Mapping, Sequence

Key = Hashable


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
    conflicts: Collection[tuple[Key, Key]] = (),
    current: Collection[tuple[Key, Key]] = (),
    fixed: Collection[tuple[Key, Key]] = (),
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
    plan = _Plan(free=free, readers=readers, fixed=set(fixed))
    plan.keep(current, per_proposal)
    plan.fill(per_proposal)
    plan.even_out()
    return {proposal: sorted(plan.given[proposal], key=plan.rank.get) for proposal in proposals}


class _Plan:
    def __init__(self, *, free: Mapping, readers: Sequence, fixed: set):
        self.free = free
        self.fixed = fixed
        self.rank = {reader: position for position, reader in enumerate(readers)}
        self.load = dict.fromkeys(readers, 0)
        self.given: dict[Key, set] = {proposal: set() for proposal in free}

    def give(self, reader, proposal):
        self.given[proposal].add(reader)
        self.load[reader] += 1

    def take(self, reader, proposal):
        self.given[proposal].remove(reader)
        self.load[reader] -= 1

    def keep(self, current, wanted: int):
        for reader, proposal in {*current, *self.fixed}:
            if proposal in self.free and reader in self.free[proposal]:
                self.give(reader, proposal)
        for proposal in self.free:
            while len(self.given[proposal]) > wanted and (loose := self._loose(proposal)):
                self.take(max(loose, key=self._busy), proposal)

    def _loose(self, proposal) -> list:
        return [r for r in self.given[proposal] if (r, proposal) not in self.fixed]

    def _busy(self, reader):
        return self.load[reader], self.rank[reader]

    def fill(self, wanted: int):
        """The scarcest proposal first, to the reader with the least work."""
        for proposal in sorted(self.free, key=lambda p: len(self.free[p])):
            while len(self.given[proposal]) < wanted:
                idle = [r for r in self.free[proposal] if r not in self.given[proposal]]
                self.give(min(idle, key=self._busy), proposal)

    def even_out(self):
        while path := self._exchange():
            for giver, taker, proposal in path:
                self.take(giver, proposal)
                self.give(taker, proposal)

    def _exchange(self) -> list | None:
        """The shortest chain of hand-overs from a busy reader to one with at least two less."""
        for start in sorted(self.load, key=self._busy, reverse=True):
            if path := self._path_from(start):
                return path
        return None

    def _path_from(self, start) -> list | None:
        came_by = {start: None}
        queue = deque([start])
        while queue:
            giver = queue.popleft()
            if self.load[giver] <= self.load[start] - 2:
                return self._unwind(came_by, giver)
            for taker, proposal in self._takers(giver):
                if taker not in came_by:
                    came_by[taker] = (giver, taker, proposal)
                    queue.append(taker)
        return None

    def _takers(self, giver):
        for proposal, readers in self.given.items():
            if giver in readers and (giver, proposal) not in self.fixed:
                for taker in self.free[proposal]:
                    if taker not in readers:
                        yield taker, proposal

    @staticmethod
    def _unwind(came_by, end) -> list:
        path = []
        while step := came_by[end]:
            path.append(step)
            end = step[0]
        return path
