"""Open an account and print its link: how the first administrator comes in."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _

from crcaudit.accounts.actions import PersonFields, find_or_open
from crcaudit.accounts.notifications import password_link
from crcaudit.core.text import clean_line


class Command(BaseCommand):
    help = (
        "Open an account and print the link to choose its password, which works once and for "
        "three days. The first administrator comes in this way; no e-mail is sent."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="address by which the person signs in")
        parser.add_argument("--first-name", required=True)
        parser.add_argument("--last-name", required=True)
        parser.add_argument(
            "--language", default="fr", choices=[code for code, _name in settings.LANGUAGES]
        )
        parser.add_argument(
            "--administrator",
            action="store_true",
            help="opens organisations and accounts, publishes editions; reads no audit",
        )
        parser.add_argument(
            "--address",
            default="http://localhost:8000/",
            help="address of the site, such as https://audit.exemple.fr",
        )

    def handle(self, *, email: str, administrator: bool, address: str, **options: Any) -> None:
        try:
            validate_email(email)
        except ValidationError as error:
            message = _("“%(email)s” is not an e-mail address.") % {"email": email}
            raise CommandError(message) from error
        person = PersonFields(
            email=email,
            first_name=clean_line(options["first_name"]),
            last_name=clean_line(options["last_name"]),
            language=options["language"],
        )
        account, created = find_or_open(
            person=person, is_administrator=administrator, by=None, at=timezone.now()
        )
        if not created:
            raise CommandError(
                _(
                    "%(email)s already has an account: it is left as it is. For another password: "
                    "« manage.py changepassword %(email)s »."
                )
                % {"email": account.email}
            )
        self.stdout.write(
            _("The account is open. This link to choose the password works once, for three days:")
        )
        self.stdout.write(password_link(account, address=address))
