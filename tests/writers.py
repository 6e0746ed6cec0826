"""People who save the same requirement at once, as a test and a measure need them."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier

from django.db import connection
from django.utils import timezone

from audits.actions import assessment as actions
from audits.models import Assessment
from crcaudit.accounts.models import User
from crcaudit.core.exceptions import EditConflictError

WRITERS = 8
READING = 0.05  # seconds in which somebody looks at what the other wrote, before saving again


def write_at_once(row: Assessment, people: list[User], *, saves: int) -> list[Future[int]]:
    """Each saves so many comments of their own, and again whatever somebody was faster to save.

    How often that was comes with each of them, or what went wrong.
    """
    start = Barrier(len(people))
    with ThreadPoolExecutor(len(people)) as pool:
        return [pool.submit(_write, row.pk, user, saves, start) for user in people]


def text_of(user: User, number: int) -> str:
    """What somebody writes each time: no two texts are the same."""
    return f"{user.email} {number}"


def _write(pk: int, user: User, saves: int, start: Barrier) -> int:
    conflicts = done = 0
    try:
        start.wait()
        while done < saves:
            row = Assessment.objects.select_related("audit__organisation").get(pk=pk)
            text, at = text_of(user, done), timezone.now()
            try:
                actions.comment(assessment=row, version=row.version, text=text, by=user, at=at)
            except EditConflictError:
                conflicts += 1
                time.sleep(READING)
            else:
                done += 1
    finally:
        connection.close()
    return conflicts
