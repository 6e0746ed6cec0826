"""Bringing referentials and indicators in, and the life of an edition.

Each function is one transaction and leaves its row in the journal of the site.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from crcaudit.accounts.models import User
from crcaudit.core import journal
from crcaudit.core.exceptions import NotAvailableError, UserError
from crcaudit.core.flow import TransitionNotAllowedError
from crcaudit.core.models import JournalEntry
from engagements import writing
from engagements.importers.mapping import MappingLine
from engagements.importers.values import CatalogueFile, Parsed, ReferentialFile
from engagements.models import (
    Edition,
    Indicator,
    Referential,
    Requirement,
    RequirementMapping,
    Scheme,
)

EDITION = "edition"
CATALOGUE = "catalogue"

Content = TypeVar("Content", ReferentialFile, CatalogueFile)


@dataclass(frozen=True, slots=True)
class ImportedEdition:
    """Outcome of `import_referential`.

    ``is_new`` is False when the same content was there already. ``kept_scheme``: the scheme was
    there with other rules than those of the file, and stays as it was.
    """

    edition: Edition
    is_new: bool
    kept_scheme: bool


@dataclass(frozen=True, slots=True)
class ImportedCatalogue:
    """Outcome of `import_catalogue`: codes of the indicators, in the order of the file."""

    is_new: bool
    created: tuple[str, ...]
    changed: tuple[str, ...]


@transaction.atomic
def import_referential(
    *, parsed: Parsed[ReferentialFile], by: User | None, at: datetime
) -> ImportedEdition:
    """Write one edition as a draft, in a number of queries that does not grow with it.

    The same content twice does nothing. A scheme that exists is kept as it is.

    Raises:
        UserError: when the file has problems, when another content is there under the same
            code and version, or when an indicator is not in the catalogue.
    """
    file = _usable(parsed)
    kept, kept_scheme = _scheme(file)
    referential, _created = Referential.objects.get_or_create(
        code=file.code, defaults={"scheme": kept}
    )
    if referential.scheme_id != kept.pk:
        message = _("The referential %(code)s belongs to another scheme: use another code.")
        raise UserError(message % {"code": file.code})
    existing = Edition.objects.filter(referential=referential, version=file.version).first()
    if existing is not None:
        _require_same(existing, file)
        return ImportedEdition(existing, is_new=False, kept_scheme=kept_scheme)
    edition = writing.write_edition(file, referential, _indicators(file))
    count = len(file.requirements)
    change = _change("edition.imported", edition, sha256=file.sha256, requirements=count)
    journal.record(change, stream=journal.SITE_STREAM, by=by, at=at)
    return ImportedEdition(edition, is_new=True, kept_scheme=kept_scheme)


@transaction.atomic
def import_catalogue(
    *, parsed: Parsed[CatalogueFile], by: User | None, at: datetime
) -> ImportedCatalogue:
    """Create the indicators of a catalogue and bring the others up to date.

    The journal remembers the content of each version: the same content twice does nothing.
    Indicators that the file does not name are left alone.

    Raises:
        UserError: when the file has problems, or when another content came under this version.
    """
    file = _usable(parsed)
    key = f"{file.code} {file.version}"
    seen = JournalEntry.objects.of(CATALOGUE, key).first()
    if seen is not None and seen.after["sha256"] != file.sha256:
        raise UserError(_other_content(file))
    if seen is not None:
        return ImportedCatalogue(is_new=False, created=(), changed=())
    created, changed = writing.write_indicators(file)
    after = {"sha256": file.sha256, "created": len(created), "changed": list(changed)}
    change = journal.Change("catalogue.imported", CATALOGUE, key, file.title.fr, after=after)
    journal.record(change, stream=journal.SITE_STREAM, by=by, at=at)
    return ImportedCatalogue(is_new=True, created=created, changed=changed)


@transaction.atomic
def publish_edition(*, edition: Edition, by: User | None, at: datetime) -> Edition:
    """Open a draft to certification files and freeze it for ever, in the database too.

    Raises:
        NotAvailableError: when it is not a draft any more.
        UserError: when it has no requirement.
    """
    edition = _locked(edition)
    before = edition.state
    if not Requirement.objects.filter(edition=edition).exists():
        raise UserError(_("This edition has no requirement: import its content first."))
    try:
        edition.publish(at=at)
    except TransitionNotAllowedError as error:
        raise NotAvailableError(_("Only a draft can be published.")) from error
    change = _change("edition.published", edition, before)
    journal.record(change, stream=journal.SITE_STREAM, by=by, at=at)
    return edition


@transaction.atomic
def withdraw_edition(*, edition: Edition, by: User | None, at: datetime) -> Edition:
    """Close an edition to new certification files; those that use it keep it.

    Raises:
        NotAvailableError: when it is not published.
    """
    edition = _locked(edition)
    before = edition.state
    try:
        edition.withdraw(at=at)
    except TransitionNotAllowedError as error:
        raise NotAvailableError(_("Only a published edition can be withdrawn.")) from error
    change = _change("edition.withdrawn", edition, before)
    journal.record(change, stream=journal.SITE_STREAM, by=by, at=at)
    return edition


@transaction.atomic
def import_mapping(
    *, old: Edition, new: Edition, lines: Sequence[MappingLine], by: User | None, at: datetime
) -> int:
    """Say what the requirements of ``old`` became in ``new``, in place of what was said before.

    The codes of the lines are known to both editions. Gives how many links there are.
    """
    new = _locked(new)
    before = {row.code: row for row in old.requirements.all()}
    after = {row.code: row for row in new.requirements.all()}
    former = RequirementMapping.objects.filter(old_edition=old, new_edition=new)
    replaced, _by_model = former.delete()
    RequirementMapping.objects.bulk_create(
        RequirementMapping(
            old_edition=old,
            new_edition=new,
            old=before.get(line.old),
            new=after.get(line.new),
            relation=line.relation,
        )
        for line in lines
    )
    change = _change("edition.mapped", new, of=str(old), links=len(lines), replaced=replaced)
    journal.record(change, stream=journal.SITE_STREAM, by=by, at=at)
    return len(lines)


def _usable(parsed: Parsed[Content]) -> Content:
    if parsed.value is None:
        raise UserError(_("The file has problems: correct them first."))
    return parsed.value


def _scheme(file: ReferentialFile) -> tuple[Scheme, bool]:
    """The scheme of the file, written when it is new; True when another one was kept."""
    existing = Scheme.objects.filter(code=file.scheme.code).first()
    if existing is None:
        return writing.write_scheme(file.scheme), False
    return existing, not writing.is_same_scheme(existing, file.scheme)


def _require_same(edition: Edition, file: ReferentialFile) -> None:
    if edition.content_hash != file.sha256:
        raise UserError(_other_content(file))


def _other_content(file: ReferentialFile | CatalogueFile) -> str:
    message = _(
        "%(code)s %(version)s is already there with another content: give the file a new version."
    )
    return message % {"code": file.code, "version": file.version}


def _indicators(file: ReferentialFile) -> dict[str, Indicator]:
    wanted = {item.indicator.code for item in file.requirements if item.indicator}
    wanted |= {code for item in file.requirements for code in item.suggested_indicators}
    found = {item.code: item for item in Indicator.objects.of_catalogue().filter(code__in=wanted)}
    missing = sorted(wanted - found.keys())
    if missing:
        message = _("These indicators are not in the catalogue: %(codes)s. Import it first.")
        raise UserError(message % {"codes": ", ".join(missing)})
    return found


def _locked(edition: Edition) -> Edition:
    rows = Edition.objects.select_for_update(of=("self",)).select_related("referential")
    return rows.get(pk=edition.pk)


def _change(action: str, edition: Edition, before: str = "", **after: object) -> journal.Change:
    return journal.Change(
        action,
        EDITION,
        edition.pk,
        str(edition),
        before={"state": before} if before else {},
        after={"state": edition.state, **after},
    )
