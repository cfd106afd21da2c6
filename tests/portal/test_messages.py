"""`manage.py messages`: the Dutch catalogue is tidy, and every text that it lacks is named."""

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from django.core.management import CommandError, call_command

from pajotarl_portal import translations

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext
a = _("Deadline")
b = _("Filed")
c = ngettext("%(n)s mail", "%(n)s mails", 2)
d = pgettext("month", "May")
"""
TEMPLATE = (
    '{% load i18n %}{% translate "Deadline" %}'
    "{% blocktranslate trimmed %} Hello {{ name }} {% endblocktranslate %}"
)


@pytest.fixture
def root(tmp_path):
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "views.py").write_text(CODE)
    (tmp_path / "templates" / "room").mkdir(parents=True)
    (tmp_path / "templates" / "room" / "page.html").write_text(TEMPLATE)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_room.py").write_text(
        'from x import gettext as _\n_("Only a test says this")\n'
    )
    return tmp_path


@pytest.fixture
def catalog():
    whole = Catalog(locale="nl")
    whole.add("Deadline", "Uiterste moment")
    whole.add("Filed", "Ingediend")
    whole.add(("%(n)s mail", "%(n)s mails"), ("%(n)s bericht", "%(n)s berichten"))
    whole.add("May", "Mei", context="month")
    whole.add("Hello %(name)s", "Dag %(name)s", flags=["python-format"])
    return whole


def test_problems_of_a_complete_catalogue_are_none(root, catalog):
    assert translations.problems(root, catalog) == []


def test_problems_names_a_missing_text_and_its_place(root, catalog):
    catalog.delete("Deadline")

    assert translations.problems(root, catalog) == [
        "no translation: 'Deadline' (room/views.py:3, templates/room/page.html:1)"
    ]


def test_problems_counts_fuzzy_empty_and_half_plurals_as_missing(root, catalog):
    catalog.get("Filed").flags.add("fuzzy")
    catalog.get("May", "month").string = ""
    catalog.get(("%(n)s mail", "%(n)s mails")).string = ("%(n)s bericht", "")

    lines = translations.problems(root, catalog)

    assert sorted(line.split(" (")[0] for line in lines) == [
        "no translation: '%(n)s mail'",
        "no translation: 'Filed'",
        "no translation: 'May'",
    ]


def test_problems_names_a_placeholder_that_the_translation_invents(root, catalog):
    catalog.get("Hello %(name)s").string = "Dag %(naam)s"

    assert translations.problems(root, catalog) == ["unknown named placeholder 'naam': 'Hello %(name)s'"]


@pytest.fixture
def locale(settings, root):
    folder = root / "locale" / "nl" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    settings.LOCALE_PATHS = [root / "locale"]
    settings.BASE_DIR = root
    return folder / "django.po"


def write(locale, *pairs):
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: nl\\n"\n'
    entries = "".join(f'\nmsgid "{english}"\nmsgstr "{dutch}"\n' for english, dutch in pairs)
    locale.write_text(head + entries)


def test_messages_sorts_drops_doubles_and_compiles(locale):
    write(locale, ("Filed", "Ingediend"), ("Deadline", "Uiterste moment"), ("Filed", "Ingediend"))

    call_command("messages", quiet=True)

    with locale.open("rb") as handle:
        assert [message.id for message in read_po(handle) if message.id] == ["Deadline", "Filed"]
    assert locale.with_suffix(".mo").exists()


def test_messages_check_refuses_an_incomplete_catalogue_and_changes_nothing(locale, capsys):
    write(locale, ("Filed", "Ingediend"))
    before = locale.read_bytes()

    with pytest.raises(CommandError, match=r"^4 texts to mend in "):
        call_command("messages", check=True)

    assert locale.read_bytes() == before
    assert len(capsys.readouterr().err.splitlines()) == 4
