"""Which texts of the portal lack a Dutch translation."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

TEXT_SUFFIXES = {".py", ".html", ".txt"}
WITHOUT_TEXT = {"tests", "tools", "benchmarks", "static", "staticfiles", "node_modules", "locale", "docs"}


def read_catalog(path: Path) -> Catalog:
    with path.open("rb") as handle:
        return read_po(handle, locale=path.parts[-3], ignore_obsolete=True)


def problems(root: Path, catalog: Catalog) -> list[str]:
    """One line for every text in code and templates under `root` that `catalog` leaves untranslated.

    Fuzzy entries count as untranslated; placeholders that a translation lost or invented are named too.
    """
    used = [message for message in texts(root) if message.id]
    lacking = [message for message in used if not is_translated(catalog.get(message.id, message.context))]
    lines = [f"no translation: {first_form(message)!r} ({places(message)})" for message in lacking]
    for message in catalog:
        lines += [f"{error}: {first_form(message)!r}" for error in message.check()]
    return lines


def texts(root: Path) -> Catalog:
    """Every translatable text under `root`, as Django's own makemessages finds it in a copy."""
    with tempfile.TemporaryDirectory() as folder:
        copy_sources(root, Path(folder))
        command = [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            "--locale",
            "nl",
            "--extension",
            "html,txt,py",
        ]
        environment = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, text=True)
        return read_catalog(Path(folder) / "locale" / "nl" / "LC_MESSAGES" / "django.po")


def copy_sources(root: Path, target: Path):
    (target / "locale").mkdir()
    for source in sources(root):
        copy = target / source.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copy)


def sources(root: Path) -> Iterator[Path]:
    for room in sorted(root.iterdir()):
        if room.is_dir() and room.name not in WITHOUT_TEXT and not room.name.startswith((".", "var")):
            yield from (path for path in room.rglob("*") if path.suffix in TEXT_SUFFIXES)


def is_translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    return all(message.string) if message.pluralizable else bool(message.string)


def first_form(message: Message) -> str:
    return message.id[0] if message.pluralizable else message.id


def places(message: Message) -> str:
    return ", ".join(f"{path}:{line}" for path, line in message.locations[:3])
