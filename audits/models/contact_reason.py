"""Why customers contact the centre: the organisation's own list, and what is sent back from it."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.models.place import MeasuringPlace
from crcaudit.accounts.models import Organisation, User
from crcaudit.accounts.permissions import READERS, organisations_with


class ContactReasonQuerySet(models.QuerySet["ContactReason"]):
    """Reads of reasons."""

    def in_order(self) -> Self:
        """Each family followed by its reasons, as the organisation orders them."""
        family = models.functions.Coalesce("parent__position", "position")
        group = models.functions.Coalesce("parent_id", "pk")
        is_reason = models.Case(
            models.When(parent=None, then=0), default=1, output_field=models.IntegerField()
        )
        return self.select_related("parent").order_by(family, group, is_reason, "position", "pk")


class ContactReason(models.Model):
    """One line of the list, in the words of the organisation's CRM; a family has no parent.

    Two levels, no more: the parent of a reason is a family. A reason is never deleted: when it is
    no longer used it is not ``is_active`` and is offered no more.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="contact_reasons",
        verbose_name=_("organisation"),
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reasons",
        verbose_name=_("family"),
    )
    code = models.CharField(_("code"), max_length=60)
    label = models.CharField(_("label"), max_length=120)
    is_active = models.BooleanField(_("in use"), default=True)
    position = models.PositiveIntegerField(_("position"), default=0)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = ContactReasonQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact reason")
        verbose_name_plural = _("contact reasons")
        constraints = (
            models.UniqueConstraint(
                name="contact_reason_code_once", fields=["organisation", "code"]
            ),
            models.CheckConstraint(
                name="contact_reason_named", condition=~Q(code="") & ~Q(label="")
            ),
            models.CheckConstraint(
                name="contact_reason_not_its_family", condition=~Q(parent=models.F("pk"))
            ),
        )

    def __str__(self) -> str:
        return self.label if self.parent is None else f"{self.parent.label} / {self.label}"


class ReasonFeedbackQuerySet(models.QuerySet["ReasonFeedback"]):
    """Reads of what was sent back."""

    def visible_to(self, user: User) -> Self:
        """For members of the organisation: of the places that they read, or addressed to them."""
        members = organisations_with(user, *READERS)
        mine = Q(place__in=MeasuringPlace.objects.visible_to(user)) | Q(addressee=user)
        return self.filter(mine, organisation__in=members)


class ReasonFeedback(models.Model):
    """What a reason says of a process, sent to the one who answers for the process.

    ``starts_on`` and ``ends_on`` are the days over which the contacts were looked at; ``contacts``
    those of the reason, out of ``total`` with a reason, as they were known when it was sent.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="reason_feedback",
        verbose_name=_("organisation"),
    )
    reason = models.ForeignKey(
        ContactReason, models.PROTECT, related_name="feedback", verbose_name=_("contact reason")
    )
    place = models.ForeignKey(
        MeasuringPlace,
        models.PROTECT,
        related_name="reason_feedback",
        verbose_name=_("place of measure"),
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    contacts = models.PositiveBigIntegerField(_("contacts"))
    total = models.PositiveBigIntegerField(_("contacts with a reason"))
    process = models.CharField(_("process that causes it"), max_length=200)
    found = models.TextField(_("what was found"))
    addressee = models.ForeignKey(
        User, models.PROTECT, related_name="reason_feedback", verbose_name=_("sent to")
    )
    sent_at = models.DateTimeField(_("sent on"))
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("sent by"))
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered on"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )

    objects = ReasonFeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("feedback on a reason")
        verbose_name_plural = _("feedback on reasons")
        constraints = (
            models.CheckConstraint(
                name="feedback_days_in_order", condition=Q(starts_on__lte=models.F("ends_on"))
            ),
            models.CheckConstraint(
                name="feedback_part_of_total", condition=Q(contacts__lte=models.F("total"))
            ),
            models.CheckConstraint(
                name="feedback_says_something", condition=~Q(process="") & ~Q(found="")
            ),
            models.CheckConstraint(
                name="feedback_answered_iff_dated",
                condition=Q(answer="", answered_at=None, answered_by=None)
                | (~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False)),
            ),
        )

    def __str__(self) -> str:
        return self.process

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("audits:feedback", args=[self.key])
