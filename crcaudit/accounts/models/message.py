"""Messages that wait to leave: written with the change that they tell of, sent afterwards."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crcaudit.accounts.models.user import User


class QueuedMessage(models.Model):
    """One e-mail to one person. Nothing secret is in it: a link that signs in never waits here.

    ``once`` is what it is about: a second message with the same word is never queued; "" for
    any number of them. ``next_try_at`` is None once it was sent or given up.
    """

    recipient = models.ForeignKey(
        User, models.CASCADE, related_name="messages", verbose_name=_("recipient")
    )
    once = models.CharField(_("sent once for"), max_length=120, blank=True)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("text"))
    queued_at = models.DateTimeField(_("written on"))
    next_try_at = models.DateTimeField(_("next try"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(_("sent on"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("queued message")
        verbose_name_plural = _("queued messages")
        constraints = (
            models.UniqueConstraint(
                name="message_once", fields=["recipient", "once"], condition=~Q(once="")
            ),
            models.CheckConstraint(
                name="message_sent_is_over", condition=Q(sent_at=None) | Q(next_try_at=None)
            ),
        )
        indexes = (
            models.Index(
                name="message_due", fields=["next_try_at"], condition=Q(next_try_at__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return self.subject
