import pytest
from weasyprint.urls import FatalURLFetchingError

from submissions.paper import page_count, render_pdf

CONTEXT = {"call": {"title": "Oefenoproep", "edition": 2023}}


def test_render_pdf_gives_equal_bytes_for_equal_content():
    first, second = (render_pdf("paper/test_page.html", CONTEXT, identifier="a" * 64) for _ in range(2))

    assert first == second
    assert first.startswith(b"%PDF-1.7")
    assert page_count(first) == 1


def test_paper_loads_nothing_from_outside():
    with pytest.raises(FatalURLFetchingError, match="elders"):
        render_pdf("paper/test_outside.html", CONTEXT, identifier="a" * 64)
