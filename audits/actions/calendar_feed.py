"""Subscribing to a calendar, and ending it."""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audits.control_enums import FeedScope
from audits.models import CalendarFeed, Certification
from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError

KIND = "calendar"
SECRET_BYTES = 32
MOST_FEEDS = 20
NOTED_EVERY = timedelta(hours=1)


def hash_of(secret: str) -> str:
    """What is kept of a secret. It is random and long, so that a plain hash is enough."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


@transaction.atomic
def subscribe(
    *,
    key: UUID,
    user: User,
    certification: Certification | None,
    scope: FeedScope = FeedScope.EVERYTHING,
    at: datetime,
) -> tuple[CalendarFeed, str]:
    """A new feed, and the secret of its address, which nobody can read again.

    ``certification`` None stands for every file of the user, ``scope`` for what of them. The same
    form sent twice, such as a double click, leaves one feed, whose address is the one given last.

    Raises:
        NotAvailableError: when the person has as many as one may have, or the key is taken.
    """
    # The person's row is the lock: two requests of theirs come one after the other.
    User.objects.select_for_update().get(pk=user.pk)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    feed = CalendarFeed.objects.filter(key=key).first()
    if feed is not None:
        if feed.user_id != user.pk or feed.revoked_at is not None or feed.last_used_at is not None:
            raise NotAvailableError(_("This form was already sent: start again from the page."))
        feed.secret_hash = hash_of(secret)
        feed.save(update_fields=["secret_hash"])
        _record("calendar.renewed", feed, by=user, at=at)
        return feed, secret
    if CalendarFeed.objects.filter(user=user, revoked_at=None).count() >= MOST_FEEDS:
        raise NotAvailableError(
            _("You already have %(n)s subscriptions: end one of them first.") % {"n": MOST_FEEDS}
        )
    feed = CalendarFeed.objects.create(
        key=key,
        user=user,
        certification=certification,
        scope=scope,
        secret_hash=hash_of(secret),
        created_at=at,
    )
    _record("calendar.subscribed", feed, by=user, at=at)
    return feed, secret


@transaction.atomic
def revoke(*, feed: CalendarFeed, by: User, at: datetime) -> CalendarFeed:
    """End a feed at once. One that is ended stays as it is."""
    rows = CalendarFeed.objects.select_for_update(of=("self",))
    feed = rows.select_related("certification__organisation").get(pk=feed.pk)
    if feed.revoked_at is None:
        feed.revoke(at=max(at, feed.created_at))
        _record("calendar.revoked", feed, by=by, at=at)
    return feed


def note_use(*, feed: CalendarFeed, at: datetime) -> None:
    """Keep when the feed was last read, once an hour at most: agendas ask again and again."""
    rows = CalendarFeed.objects.filter(pk=feed.pk)
    old = Q(last_used_at=None) | Q(last_used_at__lte=at - NOTED_EVERY)
    if feed.last_used_at is None or feed.last_used_at <= at - NOTED_EVERY:
        rows.filter(old).update(last_used_at=at)


def _record(action: str, feed: CalendarFeed, *, by: User, at: datetime) -> None:
    file = feed.certification
    stream = journal.organisation_stream(file.organisation.key) if file else journal.SITE_STREAM
    change = journal.Change(action, KIND, feed.key, file.reference if file else "")
    journal.record(change, stream=stream, by=by, at=at)
