import pytest

from dossiers.printing.book import Book
from dossiers.printing.shelf import Shelf

PAGE = """<!doctype html><html lang="nl"><head><title>{title}</title></head><body class="bound">
<p class="running-title">Loopt mee</p><article><h1 id="top">{title}</h1><p>{text}</p>
<p><a href="#top">Naar boven</a></p>
<table><thead><tr><th scope="col">Nood</th><th scope="col">Gedekt</th></tr></thead>
<tbody><tr><th scope="row">Taal</th><td>ja</td></tr></tbody></table></article></body></html>"""


def page(title: str, text: str = "Samen op weg.") -> str:
    return PAGE.format(title=title, text=text)


def front(starts: list[int]) -> str:
    links = "".join(f'<p><a href="part:{i}">Deel {i}</a>: {s}</p>' for i, s in enumerate(starts, start=1))
    return page("Inhoud", text="").replace("<p></p>", f"<p>Inhoud.</p>{links}")


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "shelf")


@pytest.fixture
def book_of(shelf):
    """A book of chapters with these titles; the same title is the same chapter."""

    def make(*titles, **fields):
        chapters = [shelf.part(page(title, text="Wij helpen mensen. " * 400)) for title in titles]
        return Book("Bundel", "Oproep", "Voorstellen", front, chapters, **fields)

    return make
