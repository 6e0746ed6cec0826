"""The user: signs in with an e-mail address."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from crcaudit.accounts.enums import AccountState

STATE_FILTERS = {
    AccountState.CLOSED: models.Q(is_active=False),
    AccountState.INVITED: models.Q(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX),
    AccountState.OPEN: models.Q(is_active=True)
    & ~models.Q(password__startswith=UNUSABLE_PASSWORD_PREFIX),
}


class EmailUserManager(UserManager["User"]):
    """Creates users by e-mail address, in lower case."""

    def create_user(  # type: ignore[override]
        self, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        """An ordinary user. Raises ValueError without an address."""
        if not email:
            raise ValueError("A user has an e-mail address.")
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(  # type: ignore[override]
        self, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        """A platform administrator."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A person. ``key`` stands for the person in the journal; names may be erased.

    ``invited_at`` is when the last link to choose a password was made, None when none ever was.
    """

    username = None  # type: ignore[assignment]
    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    language = models.CharField(_("language"), max_length=2, default="fr")
    invited_at = models.DateTimeField(_("invited on"), null=True, blank=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = EmailUserManager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = (
            models.CheckConstraint(
                name="user_language_known", condition=models.Q(language__in=["fr", "en"])
            ),
            # One person, one account, however the address is written.
            models.UniqueConstraint(Lower("email"), name="user_email_unique_any_case"),
        )

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @property
    def state(self) -> AccountState:
        """Whether the person can sign in, has yet to choose a password, or is shut out."""
        if not self.is_active:
            return AccountState.CLOSED
        return AccountState.OPEN if self.has_usable_password() else AccountState.INVITED

    @staticmethod
    def unusable_password() -> str:
        """What stands for "no password yet"; another one each time, so that older links die."""
        return make_password(None)

    def get_absolute_url(self) -> str:
        """Page of the account, for administrators."""
        return reverse("accounts:person", args=[self.key])

    def invite(self, *, at: datetime) -> None:
        """Make way for a new link to choose a password."""
        self.password, self.invited_at = self.unusable_password(), at
        self.save(update_fields=["password", "invited_at"])

    def close(self) -> None:
        """Shut out; without a password, sessions and links end too."""
        self.password, self.is_active = self.unusable_password(), False
        self.save(update_fields=["password", "is_active"])

    def reopen(self, *, at: datetime) -> None:
        """Let in again, to choose a password."""
        self.is_active = True
        self.password, self.invited_at = self.unusable_password(), at
        self.save(update_fields=["is_active", "password", "invited_at"])
