import pytest
from django.template.loader import render_to_string

from submissions.reading import readable
from tests.factories import CallFactory

CONTENT = {
    "organisation": {
        "name": "Oefenvereniging",
        "kbo_number": "0900013708",
        "legal_form": "vzw",
        "city": "Gooik",
        "email": "info@oefen.example",
        "phone": None,
        "website": None,
    },
    "contact": {"name": "An", "email": "an@oefen.example", "phone": None},
    "title": "Op weg",
    "summary": "Wij helpen mensen op weg.",
    "challenges": [{"number": 2, "how": "Samen oefenen."}, {"number": 9, "how": "Verdwenen."}],
    "service_types": [{"slug": "dienst-1", "how": "Zo.", "clients_per_year": 1}],
    "municipalities": ["Gooik"],
    "working_principles": [{"slug": "verdwenen", "how": ""}],
    "priority_expertise": ["verdwenen"],
    "approach": "Stap voor stap.",
    "experience": "",
    "budget_eur_per_year": 58500,
    "clients_per_year": 40,
    "attachments": [],
}


@pytest.mark.django_db
def test_readable_names_what_the_document_numbers(django_assert_num_queries):
    call = CallFactory()

    with django_assert_num_queries(4):
        content = readable(CONTENT, call=call)

    assert [row["challenge"] and row["challenge"].title for row in content["challenges"]] == [
        "Oefenuitdaging 2",
        None,
    ]
    assert content["service_types"][0]["name"] == "Nood 1"
    assert content["working_principles"][0]["name"] == "verdwenen"
    assert content["organisation"]["kbo_number"] == "0900.013.708"
    assert "€ 58.500" in render_to_string("submissions/reading.html", {"content": content})
