import pytest

from submissions.paper import Paper, fingerprint_in, page_count, render_pdf
from submissions.press import AskedForMore

CONTEXT = {"call": {"title": "Oefenoproep", "edition": 2023}}


def test_render_pdf_gives_equal_bytes_for_equal_content():
    first, second = (render_pdf("paper/test_page.html", CONTEXT) for _ in range(2))

    assert first == second
    assert first.startswith(b"%PDF-1.7")
    assert page_count(first) == 1


def test_pdf_carries_the_fingerprint_of_what_it_prints():
    paper = Paper("paper/test_page.html", CONTEXT)

    assert fingerprint_in(paper.pdf()) == paper.fingerprint
    assert Paper("paper/test_page.html", {}).fingerprint != paper.fingerprint


def test_paper_loads_nothing_from_outside():
    with pytest.raises(AskedForMore, match="elders"):
        render_pdf("paper/test_outside.html", CONTEXT)
