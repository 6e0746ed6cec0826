"""Referentials and their editions. An edition is frozen once published, in the database too."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from engagements.enums import EDITION_FLOW, EditionState, TermKind
from engagements.models.scheme import Scheme

if TYPE_CHECKING:
    from crcaudit.accounts.models import User


class Referential(models.Model):
    """A published set of requirements, independent of its editions."""

    scheme = models.ForeignKey(
        Scheme, models.PROTECT, related_name="referentials", verbose_name=_("scheme")
    )
    code = models.CharField(_("code"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("referential")
        verbose_name_plural = _("referentials")

    def __str__(self) -> str:
        return self.code


class EditionQuerySet(models.QuerySet["Edition"]):
    """Reads of editions."""

    def visible_to(self, user: "User") -> Self:
        """Published and withdrawn ones are open to everybody, drafts to administrators."""
        if user.is_superuser:
            return self
        return self.exclude(state=EditionState.DRAFT)

    def published(self) -> Self:
        """Those on which a certification file may be opened."""
        return self.filter(state=EditionState.PUBLISHED)


class Edition(models.Model):
    """One edition of a referential, with its own vocabularies and notice."""

    referential = models.ForeignKey(
        Referential, models.PROTECT, related_name="editions", verbose_name=_("referential")
    )
    version = models.CharField(_("version"), max_length=60)
    title_fr = models.CharField(_("title (French)"), max_length=300)
    title_en = models.CharField(_("title (English)"), max_length=300)
    notice_fr = models.TextField(_("notice (French)"))
    notice_en = models.TextField(_("notice (English)"))
    scope_fr = models.TextField(_("scope (French)"), blank=True)
    scope_en = models.TextField(_("scope (English)"), blank=True)
    is_reconstruction = models.BooleanField(_("reconstructed requirements"), default=False)
    state = models.CharField(
        _("state"), choices=EditionState, default=EditionState.DRAFT, max_length=10
    )
    content_hash = models.CharField(_("hash of the file"), max_length=64, blank=True)
    published_at = models.DateTimeField(_("published on"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = (
            models.UniqueConstraint(
                name="edition_version_unique", fields=["referential", "version"]
            ),
            models.CheckConstraint(
                name="edition_state_known", condition=Q(state__in=EditionState.values)
            ),
            models.CheckConstraint(
                name="edition_published_iff_dated",
                condition=Q(state=EditionState.DRAFT, published_at=None)
                | (~Q(state=EditionState.DRAFT) & Q(published_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="edition_withdrawn_iff_dated",
                condition=Q(state=EditionState.WITHDRAWN) ^ Q(withdrawn_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.referential.code} {self.version}"

    def publish(self, *, at: datetime) -> None:
        """DRAFT -> PUBLISHED: frozen from here on. Raises TransitionNotAllowedError."""
        EDITION_FLOW.check(source=self.state, target=EditionState.PUBLISHED)
        self.state, self.published_at = EditionState.PUBLISHED, at
        self.save(update_fields=["state", "published_at"])

    def withdraw(self, *, at: datetime) -> None:
        """PUBLISHED -> WITHDRAWN: no new file on it. Raises TransitionNotAllowedError."""
        EDITION_FLOW.check(source=self.state, target=EditionState.WITHDRAWN)
        self.state, self.withdrawn_at = EditionState.WITHDRAWN, at
        self.save(update_fields=["state", "withdrawn_at"])


class EditionTerm(models.Model):
    """A word of one of the edition's vocabularies: the label of a code."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="terms", verbose_name=_("edition")
    )
    kind = models.CharField(_("vocabulary"), choices=TermKind, max_length=16)
    code = models.CharField(_("code"), max_length=60)
    label_fr = models.CharField(_("label (French)"), max_length=300)
    label_en = models.CharField(_("label (English)"), max_length=300)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ("edition", "kind", "position")
        constraints = (
            models.UniqueConstraint(name="term_code_unique", fields=["edition", "kind", "code"]),
            models.CheckConstraint(name="term_kind_known", condition=Q(kind__in=TermKind.values)),
        )

    def __str__(self) -> str:
        return self.label_fr
