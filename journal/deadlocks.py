"""PostgreSQL ends one of two transactions that wait for each other; whoever is ended tries once more."""

from functools import wraps

from django.db import OperationalError, connection
from psycopg2.errors import DeadlockDetected


def once_more_after_deadlock(function):
    """Around `transaction.atomic`: the whole transaction again, unless it is a part of a larger one."""

    @wraps(function)
    def patient(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except OperationalError as error:
            if connection.in_atomic_block or not isinstance(error.__cause__, DeadlockDetected):
                raise
        return function(*args, **kwargs)

    return patient
