"""Numbers that follow one another without a gap."""

from crcaudit.core.models import Counter


def next_number(series: str, *, count: int = 1) -> int:
    """First of ``count`` new numbers of the series, from 1 up. Call inside a transaction.

    The row is locked until the end of the transaction, so that a rollback leaves no gap.
    """
    counter, _created = Counter.objects.select_for_update().get_or_create(series=series)
    Counter.objects.filter(pk=counter.pk).update(last=counter.last + count)
    return counter.last + 1
