"""Take in a mail that came back, from standard input: what a mail server's alias pipes to."""

import sys

from django.core.management.base import BaseCommand

from notifications.bounces import read_bounce, take_bounce


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options):
        bounce = read_bounce(sys.stdin.buffer.read())
        if bounce is None:
            # No error: a mail server would return that to the sender, which is us.
            self.stdout.write("No report of a mail of this portal that could not be delivered.")
            return
        take_bounce(bounce)
        self.stdout.write(f"{bounce.address} refuses mail: {bounce.reason}")
