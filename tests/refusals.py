"""What the database refuses, whoever asks."""

from collections.abc import Callable

from django.db import IntegrityError, transaction


def refused(move: Callable[[], object]) -> bool:
    """Whether the database refuses it."""
    try:
        with transaction.atomic():
            move()
    except IntegrityError:
        return True
    return False
