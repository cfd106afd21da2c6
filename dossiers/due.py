"""What a tick does for dossiers: hand out again what a worker left behind."""

from datetime import datetime

from dossiers import queries
from dossiers.actions import wake_the_worker
from notifications.registry import due


@due
def hand_out_again(at: datetime):
    for rendering in queries.left_behind():
        wake_the_worker(rendering)
