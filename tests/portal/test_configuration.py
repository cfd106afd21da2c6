"""docs/configuration.md lists every setting that the code reads, and no other."""

import ast
import re

from tests.portal.conftest import ROOT

READERS = [ROOT / "pajotarl_portal" / "settings.py", ROOT / "pajotarl_portal" / "gunicorn_config.py"]


def settings_read(path) -> set[str]:
    """The names in `env("NAME")` and `env.flag("NAME")`, plain or in a loop's tuples."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    return {
        call.args[0].value
        for call in calls
        if re.fullmatch(r"env(\.\w+)?", ast.unparse(call.func))
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def settings_listed() -> list[str]:
    return re.findall(
        r"^\| `([A-Z0-9_]+)` \|", (ROOT / "docs" / "configuration.md").read_text(), re.MULTILINE
    )


def test_configuration_lists_every_setting_once():
    read = set().union(*(settings_read(path) for path in READERS))

    assert sorted(settings_listed()) == sorted(read)


def test_no_other_code_reads_the_environment():
    rooms = [
        path for path in ROOT.glob("*/**/*.py") if not path.parts[len(ROOT.parts)].startswith((".", "var"))
    ]
    outside = ("tests", "tools", "benchmarks", "node_modules", "pajotarl_portal")
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in rooms
        if path.parts[len(ROOT.parts)] not in outside
        and re.search(r"os\.(environ(\.get\b|\[)|getenv)", path.read_text())
    ]

    assert readers == []
