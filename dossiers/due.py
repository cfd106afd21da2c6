"""What a tick does for dossiers: hand out again what a worker left behind, and forget what is old."""

from datetime import datetime

from dossiers import actions, books, queries
from notifications.registry import due


@due
def hand_out_again(at: datetime):
    for rendering in queries.left_behind():
        actions.wake_the_worker(rendering)


@due
def forget_the_old(at: datetime):
    actions.forget_renderings(at=at)
    books.shelves().forget_unused()
