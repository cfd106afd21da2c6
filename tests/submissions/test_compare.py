import pytest
from hypothesis import given
from hypothesis import strategies as st

from submissions.compare import LONGEST, pair

TEXTS = st.text(alphabet="ab \n.", max_size=60)


def marked(pieces):
    return [piece.text for piece in pieces if piece.differs]


def joined(pieces):
    return "".join(piece.text for piece in pieces)


@given(before=TEXTS, after=TEXTS)
def test_pieces_join_to_the_texts_and_mark_something_exactly_when_they_differ(before, after):
    compared = pair("", before, after)

    assert (joined(compared.before), joined(compared.after)) == (before, after)
    assert compared.differs == (before != after)


@pytest.mark.parametrize(
    ("before", "after", "left", "right"),
    [
        ("Wij gaan thuis langs.", "Wij gaan vaak thuis langs.", [], ["vaak "]),
        ("één twee drie", "één drie", ["twee "], []),
        ("oud", "nieuw", ["oud"], ["nieuw"]),
        ("", "nieuw", [], ["nieuw"]),
    ],
)
def test_only_the_words_that_differ_are_marked(before, after, left, right):
    compared = pair("", before, after)

    assert (marked(compared.before), marked(compared.after)) == (left, right)


def test_texts_too_long_to_compare_are_marked_as_a_whole():
    before, after = "a " * LONGEST, "b " * LONGEST

    compared = pair("", before, after)

    assert (marked(compared.before), marked(compared.after)) == ([before], [after])
