"""`make setup` in a folder of its own that borrows the packages of this one."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.portal.conftest import ROOT

NEEDED = (
    "tools/setup.py",
    ".env.example",
    "package.json",
    "package-lock.json",
    "requirements-dev.txt",
    "locale",
)


@pytest.fixture
def folder(tmp_path):
    for name in NEEDED:
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    for compiled in tmp_path.glob("locale/**/*.mo"):
        compiled.unlink()
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (tmp_path / "node_modules").symlink_to((ROOT / "node_modules").resolve())
    return tmp_path


def set_up(folder):
    return subprocess.run([sys.executable, folder / "tools" / "setup.py"], capture_output=True, text=True)


def files_of(folder) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_setup_makes_a_folder_ready(folder):
    result = set_up(folder)

    made = {path.relative_to(folder).as_posix() for path in files_of(folder)}
    assert (result.returncode, result.stderr) == (0, "")
    assert made >= {
        ".env",
        "locale/nl/LC_MESSAGES/django.mo",
        "static/vendor/bootstrap/bootstrap.min.css",
        "static/vendor/bootstrap/bootstrap.bundle.min.js",
        "static/vendor/htmx/htmx.min.js",
        "static/vendor/fonts/source-sans-3-latin-wght-normal.woff2",
        "static/vendor/fonts/source-serif-4-latin-ext-wght-italic.woff2",
    }


def test_setup_has_nothing_to_do_the_second_time(folder):
    set_up(folder)
    (folder / ".env").write_text("PORTAL_DEMO=1\nPORT=8123\n")
    before = files_of(folder)

    result = set_up(folder)

    assert (result.returncode, result.stdout, files_of(folder)) == (0, "", before)


def test_setup_compiles_a_catalogue_that_changed(folder):
    set_up(folder)
    catalogue = folder / "locale" / "nl" / "LC_MESSAGES" / "django.po"
    catalogue.write_text(catalogue.read_text())

    assert set_up(folder).stdout == "setup: compiling locale/nl/LC_MESSAGES/django.po\n"


def test_setup_leaves_a_venv_that_is_a_link(folder, tmp_path):
    (folder / ".venv").unlink()
    (folder / ".venv").symlink_to(tmp_path / "gone")

    result = set_up(folder)

    problem = ".venv is a link to a folder without a working Python: remove the link and try again."
    assert (result.returncode, result.stderr) == (1, f"make setup stops: {problem}\n")


def test_setup_leaves_node_modules_that_are_a_link_to_other_versions(folder):
    lock = folder / "package-lock.json"
    document = json.loads(lock.read_text())
    document["packages"]["node_modules/htmx.org"]["version"] = "0.0.1"
    lock.write_text(json.dumps(document))

    result = set_up(folder)

    problem = "node_modules is a link to other versions than package-lock.json: remove it and try again."
    assert (result.returncode, result.stderr) == (1, f"make setup stops: {problem}\n")
