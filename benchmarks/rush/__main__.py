"""The last hour for all of Flanders: 44 calls with 30 organisations each, and one deadline.

    .venv/bin/python -m benchmarks.rush [--minutes 60] [--calls 44] [--each 30] [--times 1 2]

Every organisation saves by itself every 20 seconds, uploads three files in the hour and files in its last
two minutes; one in twenty files after the end. Then the same with twice as many organisations. `--minutes 6`
lives through the last six minutes of that hour only, at its full rate: `make bench-rush RUSH="--minutes 6"`.
"""

import argparse
import json
import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from benchmarks.rush import portal
from tests.smtp import free_port

HANDS = 4


def options():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=60, help="of the last hour, up to the deadline")
    parser.add_argument(
        "--second-minutes", type=float, default=6, help="the same for the runs after the first"
    )
    parser.add_argument("--calls", type=int, default=44)
    parser.add_argument("--each", type=int, default=30, help="organisations per call")
    parser.add_argument("--times", type=float, nargs="+", default=[1, 2], help="one run for each")
    parser.add_argument(
        "--sprint", type=int, default=200, help="requests of each kind beside bare PostgreSQL"
    )
    return parser.parse_args()


def main():
    chosen = options()
    folder = Path(tempfile.mkdtemp(prefix="rush-"))
    port, smtp_port = free_port(), free_port()
    portal.prepare_environment(folder, port=port, smtp_port=smtp_port)
    try:
        with ExitStack() as stack:
            bench = Bench(folder, port, stack.enter_context(mail_server(smtp_port)))
            bench.prepare(stack)
            lost = 0
            for turn, times in enumerate(chosen.times):
                minutes = chosen.minutes if turn == 0 else min(chosen.minutes, chosen.second_minutes)
                lost += bench.rush(chosen, turn=turn, times=times, minutes=minutes)
            bench.beside_postgres(chosen)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    raise SystemExit(1 if lost else 0)


@contextmanager
def mail_server(port: int):
    server = subprocess.Popen([sys.executable, "-m", "benchmarks.rush.sink", str(port)], cwd=portal.ROOT)
    try:
        yield server
    finally:
        server.terminate()
        server.wait()


class Bench:
    def __init__(self, folder: Path, port: int, mail_server: subprocess.Popen):
        self.folder, self.port, self.mail_server = folder, port, mail_server

    def prepare(self, stack: ExitStack):
        """Database, static files, and the processes of the Procfile."""
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command

        from pajotarl_portal.supervisor import Supervisor, read_procfile

        print("Preparing a portal as in production: 4 web processes, a worker, beat …", flush=True)
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        call_command("collectstatic", verbosity=0, interactive=False)
        commands = read_procfile(settings.BASE_DIR / "Procfile")
        self.running = stack.enter_context(Supervisor(commands, folder=settings.BASE_DIR))
        # Not “stop the processes and go on”, as for `make run`: end the measurement.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        while not portal.answers(self.port):
            time.sleep(0.2)
        self._warm_up()

    def _warm_up(self):
        """Nobody's last hour is the first of its portal: have each process do each kind of work once."""
        from benchmarks.rush import load, scene

        people = scene.applicants(scene.calls(1, prefix="before"), each=100, prefix="before")
        for action in ("save", "upload", "file"):
            args = () if action == "file" else (1,)
            load.sprint(people, action, *args, port=self.port, hands=4 * HANDS)
        self.wait_for_mail()

    def rush(self, chosen, *, turn: int, times: float, minutes: float) -> int:
        """Live through one hour and tell of it; returns what was lost."""
        from django.utils import timezone

        from benchmarks.rush import load, scene

        each = round(chosen.each * times)
        calls = scene.calls(chosen.calls, prefix=f"rush{turn}r")
        people = scene.applicants(calls, each=each, prefix=f"r{turn}")
        rush = load.Rush(seconds=minutes * 60, filing_seconds=min(120, minutes * 30))
        title = f"{chosen.calls} calls x {each} organisations, {minutes:g} minutes to the deadline"
        print(f"\n{title}, all file in the last {rush.filing_seconds:g} seconds, 5 % after it", flush=True)
        deadline = timezone.now() + timedelta(seconds=rush.seconds + 1)
        ends = time.monotonic() + rush.seconds + 1
        scene.close_at(calls, deadline)
        before = self.cpu()
        measured = load.live(rush, people, port=self.port, ends=ends)
        spent = {name: seconds - before[name] for name, seconds in self.cpu().items()}
        lived = time.monotonic() - (ends - rush.seconds)
        self.wait_for_mail()
        tell_times(measured)
        requests = sum(map(len, measured.seconds.values()))
        print(
            f"  processor time per request: web {spent['web'] / requests * 1000:.1f} ms,"
            f" postgres {spent['postgres'] / requests * 1000:.1f} ms"
        )
        tell_costs(spent, seconds=lived, behind=quantile(measured.behind, 95))
        return tell_outcome(people, measured, calls, deadline=deadline)

    def cpu(self) -> dict[str, float]:
        web, worker, beat = (portal.as_parents(self.running.processes[n]) for n in ("web", "worker", "beat"))
        own = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "web": portal.cpu_seconds(web),
            "postgres": portal.cpu_seconds(portal.postgres(self.folder)),
            "worker and beat": portal.cpu_seconds(worker + beat),
            "mail server": portal.cpu_seconds(portal.as_parents(self.mail_server)),
            "this load generator": own.ru_utime + own.ru_stime,
        }

    def wait_for_mail(self, *, seconds: float = 300):
        from notifications.models import Message

        until = time.monotonic() + seconds
        while Message.objects.filter(status__in=["waiting", "claimed"]).exists() and time.monotonic() < until:
            time.sleep(0.5)

    def beside_postgres(self, chosen):
        """The same saves and filings, as fast as they go, beside bare inserts of the rows they wrote."""
        from benchmarks.rush import bare, scene

        kinds = {
            "autosave": ("save", bare.SAVE),
            "upload": ("upload", bare.UPLOAD),
            "filing": ("file", bare.FILING),
        }
        calls = scene.calls(chosen.calls, prefix="sprint")
        people = scene.applicants(calls, each=max(2, chosen.sprint // chosen.calls), prefix="sprint")
        parts = [people[::2], people[1::2]]
        print(f"\nAs fast as it goes, {HANDS} at once, in turns with bare PostgreSQL:")
        for kind, (action, tables) in kinds.items():
            args = () if action == "file" else (1,)
            rounds = [self._race(part, action, args, tables) for part in parts]
            ours, theirs, rows, web, postgres = (
                statistics.mean(values) for values in zip(*rounds, strict=True)
            )
            print(
                f"  {kind:9} portal {ours:7.1f} a second   bare inserts {theirs:8.1f} a second"
                f" ({rows:.1f} rows each)   share {ours / theirs:6.1%}"
                f"   processor time each: web {web * 1000:5.1f} ms, postgres {postgres * 1000:5.1f} ms"
            )

    def _race(self, people, action, args, tables) -> tuple:
        from benchmarks.rush import bare, load

        before = self.cpu()
        seconds, _measured = load.sprint(people, action, *args, port=self.port, hands=HANDS)
        after = self.cpu()
        theirs = bare.insert_again([who.proposal for who in people], tables, hands=HANDS)
        web, postgres = ((after[name] - before[name]) / len(people) for name in ("web", "postgres"))
        return len(people) / seconds, theirs.per_second, theirs.rows, web, postgres


def tell_times(measured):
    print(f"  {'request':26} {'number':>8} {'p50 ms':>8} {'p95 ms':>8} {'max ms':>8}")
    for kind, seconds in sorted(measured.seconds.items()):
        p50, p95 = quantile(seconds, 50), quantile(seconds, 95)
        row = f"{len(seconds):8} {p50 * 1000:8.0f} {p95 * 1000:8.0f} {max(seconds) * 1000:8.0f}"
        print(f"  {kind:26} {row}")


def quantile(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def tell_costs(spent: dict[str, float], *, seconds: float, behind: float):
    cores = os.cpu_count()
    load = os.getloadavg()[0]
    shares = ", ".join(f"{name} {each / seconds / cores:.0%}" for name, each in spent.items())
    print(f"  of the {cores} cores, which the generator shares with the portal: {shares}")
    print(f"  load of the whole machine over the last minute: {load:.1f}")
    print(f"  95 % of the requests left less than {behind * 1000:.0f} ms after they were due")


def tell_outcome(people, measured, calls, *, deadline: datetime) -> int:
    """Compare what was confirmed with what is stored; returns how much is missing."""
    from notifications.models import Message
    from submissions.models import LateAttempt, Proposal, Version

    versions = {
        str(version.proposal_id): json.loads(version.document)
        for version in Version.objects.filter(proposal__call__in=calls)
    }
    filed = [who for who in people if who.receipt]
    lost = [who for who in filed if who.proposal not in versions]
    unanswered = [who for who in people if not who.receipt and not who.refused]
    words = [who for who in filed if who.proposal in versions and not _is_kept(who, versions[who.proposal])]
    drafts = dict(Proposal.objects.filter(call__in=calls).values_list("pk", "approach"))
    words += [who for who in people if not who.receipt and drafts[UUID(who.proposal)] != who.confirmed]
    files = [
        who for who in filed
        if who.proposal in versions and len(versions[who.proposal]["attachments"]) != who.files
    ]  # fmt: skip
    refused = sum(who.refused for who in people)
    closes = deadline.timestamp()
    wrongly = [who for who in people if who.refused and who.pressed_at < closes]
    slipped = [who for who in filed if who.pressed_at >= closes]
    noted = LateAttempt.objects.filter(proposal__call__in=calls).count()
    receipts = Message.objects.filter(call__in=calls, kind="submissions_receipt", status="sent").count()
    print(f"  filed {len(filed)}, refused late {refused} ({noted} recorded), errors {len(measured.errors)}")
    print(f"  refused although pressed in time {len(wrongly)}, filed although pressed late {len(slipped)}")
    print(
        f"  lost: {len(lost)} filings, {len(unanswered)} without an answer, {len(words)} texts,"
        f" {len(files)} files, {len(versions) - receipts} receipts"
    )
    for kind, status, said in measured.errors[:5]:
        print(f"    {kind}: {status} {said!r}")
    missing = len(lost) + len(unanswered) + len(words) + len(files) + len(versions) - receipts
    return missing + len(wrongly) + len(slipped) + len(measured.errors)


def _is_kept(who, version: dict) -> bool:
    """The last word that was typed stands in what was filed."""
    from benchmarks.rush.load import EXPERIENCE

    return (version["approach"], version["experience"]) == (who.typed, EXPERIENCE.strip())


if __name__ == "__main__":
    main()
