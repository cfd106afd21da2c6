"""What the pictures of a call are drawn from: a matrix of needs, and tiles for municipalities."""

from dataclasses import dataclass

WIDTH, HEIGHT = 960, 440


@dataclass(frozen=True)
class Tile:
    """A municipality as a rectangle whose area follows its inhabitants."""

    municipality: object
    x: float
    y: float
    width: float
    height: float

    shade: int

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def centre(self) -> float:
        return round(self.y + self.height / 2, 1)


def matrix(service_types, challenges) -> list[tuple]:
    """For each service type its weight per challenge, None where the challenge does not need it."""
    rows = []
    for service in service_types:
        weights = {need.challenge_id: need.weight for need in service.needs.all()}
        rows.append((service, [weights.get(challenge.pk) for challenge in challenges]))
    return rows


def tiles(municipalities, *, width: float = WIDTH, height: float = HEIGHT) -> list[Tile]:
    """Lay `municipalities` out by their inhabitants over `width` x `height` units, without gaps.

    A squarified treemap (Bruls, Huizing and van Wijk, 2000): the largest first, rows as close to
    square as they get.
    """
    ranked = sorted(municipalities, key=lambda each: -each.inhabitants)
    if not ranked:
        return []
    largest = ranked[0].inhabitants
    total = sum(each.inhabitants for each in ranked)
    areas = [each.inhabitants * width * height / total for each in ranked]
    placed, x, y = [], 0.0, 0.0
    while ranked:
        side = min(width, height)
        count = _row_length(areas, side)
        depth = sum(areas[:count]) / side
        placed += _row(ranked[:count], areas[:count], (x, y), depth, upright=width >= height, largest=largest)
        if width >= height:
            x, width = x + depth, width - depth
        else:
            y, height = y + depth, height - depth
        ranked, areas = ranked[count:], areas[count:]
    return placed


def _row_length(areas: list[float], side: float) -> int:
    """How many of the first `areas` make the squarest row along `side`."""
    best = 1
    while best < len(areas) and _worst(areas[: best + 1], side) <= _worst(areas[:best], side):
        best += 1
    return best


def _worst(row: list[float], side: float) -> float:
    depth = sum(row) / side
    return max(max(depth * depth / area, area / (depth * depth)) for area in row)


def _row(municipalities, areas, corner, depth, *, upright: bool, largest: int) -> list[Tile]:
    row, (x, y) = [], corner
    for municipality, area in zip(municipalities, areas, strict=True):
        length = area / depth
        size = (depth, length) if upright else (length, depth)
        place = (round(number, 1) for number in (x, y, *size))
        row.append(Tile(municipality, *place, shade=_shade(municipality.inhabitants / largest)))
        x, y = (x, y + length) if upright else (x + length, y)
    return row


def _shade(share: float) -> int:
    """1 to 3: the more inhabitants beside the largest municipality, the darker."""
    return 3 if share > 2 / 3 else 2 if share > 1 / 3 else 1
