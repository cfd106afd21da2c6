from dataclasses import dataclass

import pytest

from challenges.pictures import HEIGHT, WIDTH, tiles


@dataclass(frozen=True)
class Place:
    name: str
    inhabitants: int


REGION = [
    Place(f"Oefendorp {number}", size) for number, size in enumerate((2, 6, 8, 4, 9, 9, 11, 16, 13, 13))
]


def overlap(one, other) -> float:
    width = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    height = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return max(width, 0) * max(height, 0)


def test_area_of_a_tile_follows_its_inhabitants():
    total = sum(place.inhabitants for place in REGION)

    for tile in tiles(REGION):
        share = tile.municipality.inhabitants / total
        assert tile.width * tile.height == pytest.approx(share * WIDTH * HEIGHT, rel=0.01)


def test_tiles_fill_the_picture_without_overlap():
    drawn = tiles(REGION)

    assert sum(tile.width * tile.height for tile in drawn) == pytest.approx(WIDTH * HEIGHT, rel=0.001)
    assert max(overlap(a, b) for a in drawn for b in drawn if a is not b) < 100
    assert max(tile.x + tile.width for tile in drawn) == pytest.approx(WIDTH, abs=0.5)
    assert max(tile.y + tile.height for tile in drawn) == pytest.approx(HEIGHT, abs=0.5)


def test_tiles_stay_close_to_square():
    worst = max(max(tile.width / tile.height, tile.height / tile.width) for tile in tiles(REGION))

    assert worst < 2


def test_shade_follows_the_largest():
    shades = {tile.municipality.inhabitants: tile.shade for tile in tiles(REGION)}

    assert (shades[16], shades[9], shades[4]) == (3, 2, 1)


def test_single_place_fills_the_picture():
    (tile,) = tiles(REGION[:1])

    assert (tile.x, tile.y, tile.width, tile.height) == (0, 0, WIDTH, HEIGHT)
    assert (tile.middle, tile.centre) == (WIDTH / 2, HEIGHT / 2)


def test_no_places_no_tiles():
    assert tiles([]) == []
