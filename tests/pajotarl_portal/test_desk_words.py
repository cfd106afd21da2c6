"""The scripts of Django's admin speak Dutch at the staff desk."""

import json
import re
from pathlib import Path

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.factories import CallFactory, person_with_role

pytestmark = pytest.mark.django_db

SCRIPT = Path(admin.__file__).parent / "static/admin/js/SelectFilter2.js"


def test_every_word_of_picking_some_of_many_is_dutch(client):
    client.force_login(person_with_role("coordinator", CallFactory()))
    words = re.findall(r"""\bgettext\((['"])(.+?)\1\)""", SCRIPT.read_text(encoding="utf-8"))

    page = client.get(reverse("admin:jsi18n")).content.decode()

    catalog = json.loads(re.search(r"const newcatalog = (\{.*?\n\s*\});", page, re.DOTALL)[1])
    english = [word for _quote, word in words if catalog.get(word, word) == word]
    assert len(words) > 8
    assert set(english) <= {"Filter"}
