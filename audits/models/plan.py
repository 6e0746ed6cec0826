"""The plan of one audit: its slots, and who came to its opening and closing meetings."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.cycle_enums import MEETINGS, AuditMethod, SlotKind
from audits.models.audit import Audit
from audits.models.section import AuditSection
from audits.models.team import AuditTeamMember
from crcaudit.accounts.models import Site, User


class AuditPlan(models.Model):
    """What ISO 19011:2026 6.3 asks of a plan, beside the objectives, which are the audit's.

    ``version`` grows with each change of the plan or of a slot: it is the SEQUENCE of the events
    in the agendas of people.
    """

    audit = models.OneToOneField(
        Audit, models.CASCADE, related_name="plan", verbose_name=_("audit")
    )
    criteria = models.TextField(_("criteria"), blank=True)
    scope = models.TextField(_("scope"), blank=True)
    language = models.CharField(_("language of the audit"), max_length=100, blank=True)
    confidentiality = models.TextField(_("confidentiality"), blank=True)
    remote_means = models.TextField(_("remote means"), blank=True)
    fallback = models.TextField(_("if the remote means fail"), blank=True)
    logistics = models.TextField(_("logistics"), blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)
    created_at = models.DateTimeField(_("created on"))
    created_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("created by")
    )
    changed_at = models.DateTimeField(_("changed on"))

    class Meta:
        verbose_name = _("audit plan")
        verbose_name_plural = _("audit plans")

    def __str__(self) -> str:
        return f"{self.audit.reference} v{self.version}"

    def get_absolute_url(self) -> str:
        """The plan of its audit."""
        return reverse("audits:plan", args=[self.audit.key])

    def bump(self, *, at: datetime) -> None:
        """One version more: something of it changed."""
        self.version, self.changed_at = self.version + 1, at
        self.save(update_fields=["version", "changed_at"])


class PlanSlot(models.Model):
    """From when to when, where, how, by whom and with whom something is audited.

    ``people_met`` names functions, not persons. ``sections`` are the parts of the referential,
    may be empty. ``held_at`` is when a meeting took place, None before; other slots have none.
    """

    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(
        AuditPlan, models.CASCADE, related_name="slots", verbose_name=_("audit plan")
    )
    kind = models.CharField(_("kind"), choices=SlotKind, default=SlotKind.SESSION, max_length=8)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    title = models.CharField(_("title"), max_length=200)
    topics = models.TextField(_("topics"), blank=True)
    method = models.CharField(
        _("method"), choices=AuditMethod, default=AuditMethod.ON_SITE, max_length=8
    )
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site")
    )
    people_met = models.CharField(_("functions met"), max_length=300, blank=True)
    sections = models.ManyToManyField(
        AuditSection, blank=True, related_name="+", verbose_name=_("parts of the referential")
    )
    auditors = models.ManyToManyField(
        AuditTeamMember, blank=True, related_name="slots", verbose_name=_("auditors")
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    held_at = models.DateTimeField(_("held on"), null=True, blank=True)
    notes = models.TextField(_("notes"), blank=True)

    class Meta:
        verbose_name = _("plan slot")
        verbose_name_plural = _("plan slots")
        constraints = (
            models.CheckConstraint(
                name="plan_slot_kind_known", condition=Q(kind__in=SlotKind.values)
            ),
            models.CheckConstraint(
                name="plan_slot_method_known", condition=Q(method__in=AuditMethod.values)
            ),
            models.CheckConstraint(
                name="plan_slot_in_order", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="plan_slot_held_if_meeting",
                condition=Q(kind__in=sorted(MEETINGS)) | Q(held_at=None, notes=""),
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_meeting(self) -> bool:
        """Whether people sign in to it: the opening and the closing meeting."""
        return self.kind in MEETINGS


class MeetingAttendee(models.Model):
    """Somebody who came to a meeting, as the audit team wrote it down."""

    slot = models.ForeignKey(
        PlanSlot, models.CASCADE, related_name="attendees", verbose_name=_("plan slot")
    )
    function = models.CharField(_("function"), max_length=120)
    name = models.CharField(_("name"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("attendee")
        verbose_name_plural = _("attendees")
        ordering = ("slot", "position")
        constraints = (
            models.UniqueConstraint(name="attendee_place_unique", fields=["slot", "position"]),
        )

    def __str__(self) -> str:
        return f"{self.function} {self.name}".strip()
