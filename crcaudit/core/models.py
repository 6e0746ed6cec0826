"""The hash-chained journal, and the abstract base of versioned rows."""

from typing import Self
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _


class JournalHead(models.Model):
    """Last sequence number and hash of one chain. One row per stream; locked while writing."""

    stream = models.CharField(_("stream"), max_length=64, unique=True)
    sequence = models.PositiveBigIntegerField(_("sequence"), default=0)
    entry_hash = models.CharField(_("hash"), max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("journal head")
        verbose_name_plural = _("journal heads")

    def __str__(self) -> str:
        return f"{self.stream} {self.sequence}"


class JournalEntryQuerySet(models.QuerySet["JournalEntry"]):
    """Reads of the journal."""

    def of(self, kind: str, key: object) -> Self:
        """Entries about one object, newest first."""
        return self.filter(object_type=kind, object_key=str(key)).order_by("-at", "-pk")


class JournalEntry(models.Model):
    """One change: who, when, what, from, to, why. Append-only, by triggers in the database.

    ``stream`` is the chain: ``org:<key>`` of an organisation, or ``site`` for what belongs to
    none. ``actor`` is the key of a user, never a name, so that erasing a person leaves the
    chain intact; "" is the system itself.
    """

    stream = models.CharField(_("stream"), max_length=64)
    sequence = models.PositiveBigIntegerField(_("sequence"))
    at = models.DateTimeField(_("date"))
    actor = models.CharField(_("actor"), max_length=36, blank=True)
    action = models.CharField(_("action"), max_length=64)
    object_type = models.CharField(_("object type"), max_length=64)
    object_key = models.CharField(_("object key"), max_length=64)
    object_label = models.CharField(_("object"), max_length=200, blank=True)
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    reason = models.TextField(_("reason"), blank=True)
    previous_hash = models.CharField(_("previous hash"), max_length=64, blank=True)
    entry_hash = models.CharField(_("hash"), max_length=64)

    objects = JournalEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        constraints = (
            models.UniqueConstraint(name="journal_sequence_unique", fields=["stream", "sequence"]),
        )
        indexes = (
            models.Index(name="journal_object", fields=["object_type", "object_key", "-at"]),
        )

    def __str__(self) -> str:
        return f"{self.stream} {self.sequence} {self.action}"

    @property
    def actor_key(self) -> UUID | None:
        """Key of the user, None when the system acted."""
        return UUID(self.actor) if self.actor else None


class Counter(models.Model):
    """Last number given in a series, such as the findings of one certification file."""

    series = models.CharField(_("series"), max_length=100, unique=True)
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("counter")
        verbose_name_plural = _("counters")

    def __str__(self) -> str:
        return f"{self.series} {self.last}"
