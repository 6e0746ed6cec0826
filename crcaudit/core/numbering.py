"""Numbers that follow one another without a gap."""

from crcaudit.core.models import Counter


def next_number(series: str, *, count: int = 1) -> int:
    """First of ``count`` new numbers of the series, from 1 up. Call inside a transaction.

    The row is locked until the end of the transaction, so that a rollback leaves no gap.
    """
    Counter.objects.get_or_create(series=series)
    counter = Counter.objects.select_for_update().get(series=series)
    first = counter.last + 1
    counter.last += count
    counter.save(update_fields=["last"])
    return first
