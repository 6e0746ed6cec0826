"""Depositing evidence: no row without its file, no file without its row, nothing ever lost."""

import hashlib
import os
import uuid
from datetime import date
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage

from audits import storage
from audits.actions import evidence as actions
from audits.actions.audit import validate_audit
from audits.actions.evidence_fields import EvidenceFields, fields_of
from audits.actions.evidence_links import link_evidence, unlink_evidence
from audits.enums import Confidentiality, EvidenceKind
from audits.models import Evidence
from crcaudit.core import journal
from crcaudit.core.exceptions import EditConflictError, NotAvailableError, UserError
from crcaudit.core.files import FileRefusedError, Refusal
from crcaudit.core.models import JournalEntry
from tests.audits.evidence import AT, DAY, deposit, state, stored, upload
from tests.core.files import builders as b
from tests.factories.accounts import SiteFactory, UserFactory
from tests.factories.audits import CertificationFactory, first_assessment, running_audit

pytestmark = [
    pytest.mark.unit,
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_files", "in_english"),
]


@pytest.fixture
def row():
    return first_assessment(running_audit())


def renew(evidence, content: bytes, name: str = "v2.pdf", valid_until=None):
    return actions.add_version(
        evidence=evidence,
        upload=upload(content, name),
        fact_date=DAY,
        valid_until=valid_until,
        by=UserFactory(),
        at=AT,
    )


def edited(evidence, **changes):
    fields = {"title": evidence.title, "confidentiality": evidence.confidentiality} | changes
    return actions.edit_evidence(
        evidence=evidence,
        version=evidence.version,
        fields=EvidenceFields(**fields),
        by=UserFactory(),
        at=AT,
    )


def actions_of(kind: str, key: object) -> list[str]:
    return [entry.action for entry in reversed(JournalEntry.objects.of(kind, key))]


def test_file_becomes_evidence_of_the_requirement(row):
    content, by = b.pdf(3_000), UserFactory()

    evidence = deposit(row, content, by=by)

    version = evidence.versions.get()
    assert (evidence.reference, evidence.title, evidence.kind) == ("P-001", "Script SVI", "FILE")
    assert (version.number, version.file_name, version.pages) == (1, "Script SVI.pdf", 1)
    assert (version.media_type, version.preview) == ("application/pdf", "pdf")
    assert (version.size, version.uploaded_by) == (len(content), by)
    assert version.sha256 == hashlib.sha256(content).hexdigest()
    row.refresh_from_db()
    assert (row.evidence_count, row.evidence_until) == (1, date(9999, 12, 31))


def test_file_is_stored_under_keys_and_never_under_its_name(row):
    evidence = deposit(row, name="Procès-verbal.pdf")

    path = evidence.versions.get().path
    folder, name = path.split("/")
    assert folder == str(row.audit.organisation.key)
    assert str(uuid.UUID(name)) == name
    assert stored() == {path}
    with storage.open_file(path) as stream:
        assert stream.read() == b.pdf()
    assert Path(default_storage.path(path)).stat().st_mode & 0o777 == 0o600


def test_deposit_and_link_are_traced_and_the_chain_holds(row):
    evidence = deposit(row)

    assert actions_of("evidence", evidence.key) == ["evidence.added"]
    assert actions_of("assessment", row.pk) == ["evidence.linked"]
    entry = JournalEntry.objects.of("evidence", evidence.key).get()
    assert entry.after["sha256"] == evidence.versions.get().sha256
    assert journal.verify()[1] == []


def test_same_file_sent_twice_is_kept_once(row):
    first = deposit(row)
    before = state()

    assert deposit(row, name="autre nom.pdf") == first
    assert state() == before


def test_same_file_for_another_requirement_is_evidence_of_its_own(row):
    other = row.audit.assessments.select_related("audit__organisation").order_by("position")[1]

    assert deposit(row) != deposit(other)


def test_evidence_of_a_site_belongs_to_the_site():
    site = SiteFactory()
    certification = CertificationFactory(organisation=site.organisation)
    certification.sites.add(site)
    row = first_assessment(running_audit(certification=certification, is_per_site=True))

    assert list(deposit(row).sites.all()) == [site]


def test_numbers_follow_one_another_in_each_organisation(row):
    other = first_assessment(running_audit())

    references = [
        deposit(row, b.pdf(1)).reference,
        deposit(row, b.pdf(2)).reference,
        deposit(other, b.pdf(1)).reference,
    ]
    assert references == ["P-001", "P-002", "P-001"]


def test_refused_file_changes_nothing(row):
    deposit(row)
    before = state()

    with pytest.raises(FileRefusedError) as caught:
        deposit(row, b"<html><script>alert(1)</script></html>")

    assert caught.value.code == Refusal.TYPE_MISMATCH
    assert state() == before


def test_failure_while_writing_rows_removes_the_file(row, monkeypatch):
    before = state()

    def broken(*args, **kwargs):
        raise RuntimeError("journal")

    monkeypatch.setattr(journal, "record_many", broken)
    with pytest.raises(RuntimeError, match="journal"):
        deposit(row)

    assert state() == before


def test_full_disk_is_said_and_changes_nothing(row, monkeypatch):
    before = state()

    def full(self, name, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "_save", full)
    with pytest.raises(UserError, match="could not store"):
        deposit(row)

    assert state() == before


def test_disk_full_while_receiving_is_said_and_changes_nothing(row, settings, tmp_path):
    before = state()
    folder = settings.FILE_UPLOAD_TEMP_DIR
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "absent"

    with pytest.raises(UserError, match="could not store"):
        deposit(row)

    settings.FILE_UPLOAD_TEMP_DIR = folder
    assert state() == before


def test_organisation_without_room_left_is_told_so(row, settings):
    settings.ORGANISATION_QUOTA_BYTES = 2 * len(b.pdf())
    deposit(row)
    before = state()

    with pytest.raises(UserError, match="no room left"):
        deposit(row, b.pdf(len(b.pdf())))

    assert state() == before


def test_file_over_the_limit_of_the_installation_is_refused(row, settings):
    settings.EVIDENCE_MAX_BYTES = len(b.pdf()) - 1
    before = state()

    with pytest.raises(FileRefusedError) as caught:
        deposit(row)

    assert caught.value.status == 413
    assert state() == before


def test_part_left_by_a_stopped_process_is_swept_the_next_day(row, settings):
    fresh, old = (settings.FILE_UPLOAD_TEMP_DIR / f"upload-{n}.part" for n in ("new", "old"))
    for part in (fresh, old):
        part.write_bytes(b"x")
    os.utime(old, (0, 0))

    deposit(row)

    assert list(settings.FILE_UPLOAD_TEMP_DIR.iterdir()) == [fresh]


def test_link_or_note_is_evidence_too_and_one_form_makes_one_row(row):
    key, by = uuid.uuid4(), UserFactory()
    sent = {
        "key": key,
        "assessment": row,
        "kind": EvidenceKind.LINK,
        "fields": EvidenceFields(title="Page des tarifs", url="https://example.org/tarifs"),
        "by": by,
        "at": AT,
    }

    first, again = actions.add_statement(**sent), actions.add_statement(**sent)

    assert first == again
    assert (first.url, first.versions.count()) == ("https://example.org/tarifs", 0)
    row.refresh_from_db()
    assert row.evidence_count == 1


def test_form_sent_again_with_another_text_is_not_swallowed(row):
    key, by = uuid.uuid4(), UserFactory()
    sent = {"key": key, "assessment": row, "kind": EvidenceKind.NOTE, "by": by, "at": AT}
    actions.add_statement(fields=EvidenceFields(title="Visite", note="un"), **sent)

    with pytest.raises(NotAvailableError, match="already sent"):
        actions.add_statement(fields=EvidenceFields(title="Visite", note="deux"), **sent)


def test_new_version_supersedes_and_the_old_one_stays(row):
    evidence = deposit(row, b.pdf(10))
    first = evidence.versions.get()

    second = renew(evidence, b.pdf(20), valid_until=date(2027, 3, 4))

    assert (second.number, second.file_name) == (2, "v2.pdf")
    assert stored() == {first.path, second.path}
    with storage.open_file(first.path) as stream:
        assert stream.read() == b.pdf(10)
    evidence.refresh_from_db()
    assert (evidence.fact_date, evidence.valid_until) == (DAY, date(2027, 3, 4))
    row.refresh_from_db()
    assert row.evidence_until == date(2027, 3, 4)
    assert actions_of("evidence", evidence.key) == ["evidence.added", "evidence.version_added"]


@pytest.mark.parametrize("content", [b"", b"MZ", b.pdf()[:-20], b.png()])
def test_refused_version_leaves_the_first_current_and_readable(row, content):
    evidence = deposit(row)
    before = state()

    with pytest.raises(FileRefusedError):
        renew(evidence, content)

    assert state() == before
    with storage.open_file(evidence.versions.get().path) as stream:
        assert stream.read() == b.pdf()


@pytest.mark.parametrize("broken", ["disk", "commit"])
def test_version_that_cannot_be_stored_leaves_the_first_current(row, monkeypatch, broken):
    evidence = deposit(row)
    before = state()

    def fail(*args, **kwargs):
        raise OSError(28, "No space left on device")

    if broken == "disk":
        monkeypatch.setattr(FileSystemStorage, "_save", fail)
    else:
        monkeypatch.setattr(journal, "record", fail)
    with pytest.raises((UserError, OSError)):
        renew(evidence, b.pdf(30))

    assert state() == before


def test_same_file_is_no_new_version(row):
    evidence = deposit(row)
    before = state()

    with pytest.raises(UserError, match="same as the current version"):
        renew(evidence, b.pdf())

    assert state() == before


def test_earlier_file_may_come_back_as_a_later_version(row):
    evidence = deposit(row, b.pdf(1))
    renew(evidence, b.pdf(2))

    assert renew(evidence, b.pdf(1)).number == 3


def test_a_link_has_no_versions(row):
    evidence = actions.add_statement(
        key=uuid.uuid4(),
        assessment=row,
        kind=EvidenceKind.LINK,
        fields=EvidenceFields(title="Tarifs", url="https://example.org"),
        by=UserFactory(),
        at=AT,
    )

    with pytest.raises(NotAvailableError, match="Only a file has versions"):
        renew(evidence, b.pdf())


def test_edit_changes_what_is_said_and_what_the_requirement_shows(row):
    site = SiteFactory(organisation=row.audit.organisation)
    evidence = deposit(row)

    saved = edited(
        evidence,
        title="Script du serveur vocal",
        fact_date=DAY,
        valid_until=date(2026, 12, 31),
        confidentiality=Confidentiality.CONFIDENTIAL,
        sites=(site,),
    )

    assert (saved.title, saved.version) == ("Script du serveur vocal", 2)
    assert fields_of(saved).sites == (site,)
    row.refresh_from_db()
    assert row.evidence_until == date(2026, 12, 31)
    entry = JournalEntry.objects.of("evidence", evidence.key).first()
    assert entry.before["title"] == "Script SVI"
    assert entry.after["valid_until"] == "2026-12-31"
    assert "url" not in entry.after


def test_edit_without_a_change_leaves_no_trace(row):
    evidence = deposit(row)
    before = state()

    edited(evidence)

    assert state() == before


def test_second_of_two_editors_overwrites_nothing(row):
    evidence = deposit(row)
    edited(evidence, title="Premier")

    with pytest.raises(EditConflictError) as caught:
        edited(evidence, title="Second")

    assert caught.value.current.title == "Premier"
    assert Evidence.objects.get().title == "Premier"


def test_one_piece_proves_several_requirements(row):
    evidence = deposit(row)
    others = list(row.audit.assessments.select_related("audit").order_by("position")[1:3])

    added = link_evidence(evidence=evidence, assessments=[row, *others], by=UserFactory(), at=AT)

    assert added == 2
    assert evidence.links.filter(unlinked_at=None).count() == 3
    counts = row.audit.assessments.order_by("position").values_list("evidence_count", flat=True)
    assert list(counts) == [1, 1, 1, 0]
    assert actions_of("assessment", others[0].pk) == ["evidence.linked"]


def test_unlinked_evidence_stays_with_the_trace_of_who_unlinked_it(row):
    evidence, by = deposit(row), UserFactory()
    link = evidence.links.get()

    unlink_evidence(link=link, by=by, at=AT)
    unlink_evidence(link=link, by=UserFactory(), at=AT)

    link.refresh_from_db()
    assert (link.unlinked_at, link.unlinked_by) == (AT, by)
    assert Evidence.objects.filter(pk=evidence.pk).exists()
    assert len(stored()) == 1
    row.refresh_from_db()
    assert (row.evidence_count, row.evidence_until) == (0, None)
    assert actions_of("assessment", row.pk) == ["evidence.linked", "evidence.unlinked"]


def test_evidence_can_be_linked_again_after_it_was_unlinked(row):
    evidence = deposit(row)
    unlink_evidence(link=evidence.links.get(), by=UserFactory(), at=AT)

    assert link_evidence(evidence=evidence, assessments=[row], by=UserFactory(), at=AT) == 1
    assert evidence.links.count() == 2


def test_evidence_never_proves_a_requirement_of_another_organisation(row):
    evidence, other = deposit(row), first_assessment(running_audit())

    with pytest.raises(UserError, match="own organisation"):
        link_evidence(evidence=evidence, assessments=[other], by=UserFactory(), at=AT)

    assert other.links.count() == 0


@pytest.fixture
def frozen(row):
    """Evidence of an audit that was validated with it."""
    evidence = deposit(row)
    row.audit.assessments.update(status="RATED", level="C", points=100, is_conform=True)
    row.audit.rollups.update(examined=1)
    validate_audit(audit=row.audit, by=UserFactory(), at=AT)
    row = type(row).objects.select_related("audit__organisation").get(pk=row.pk)
    return evidence, row


def test_validated_audit_takes_no_evidence_and_loses_none(frozen):
    evidence, row = frozen
    before = state()

    with pytest.raises(NotAvailableError, match="is validated"):
        deposit(row, b.pdf(99))
    with pytest.raises(NotAvailableError, match="is validated"):
        unlink_evidence(link=evidence.links.get(), by=UserFactory(), at=AT)
    with pytest.raises(NotAvailableError, match="is validated"):
        link_evidence(evidence=evidence, assessments=[row], by=UserFactory(), at=AT)

    assert state() == before


def test_validated_audit_keeps_the_version_that_was_judged(frozen):
    evidence, row = frozen
    judged = evidence.links.get().pinned

    renew(evidence, b.pdf(77), valid_until=date(2026, 4, 1))
    evidence.refresh_from_db()
    edited(evidence, title="Autre titre")

    assert evidence.links.get().pinned == judged
    row.refresh_from_db()
    assert row.evidence_until == date(9999, 12, 31)


def test_reading_is_traced_apart_from_the_changes(row):
    evidence, by = deposit(row), UserFactory()

    actions.record_read(version=evidence.versions.get(), how="download", by=by, at=AT)

    entry = JournalEntry.objects.of("evidence_read", evidence.key).get()
    assert (entry.actor, entry.after) == (str(by.key), {"version": 1, "how": "download"})
    assert actions_of("evidence", evidence.key) == ["evidence.added"]


def test_file_gone_from_the_storage_is_not_found(row):
    path = deposit(row).versions.get().path
    default_storage.delete(path)

    with pytest.raises(FileNotFoundError), storage.on_disk(path):
        pytest.fail("there is no file")


@pytest.fixture
def _remote_storage(settings):
    remote = {"BACKEND": "tests.audits.evidence.RemoteStorage"}
    settings.STORAGES = settings.STORAGES | {"default": remote}


@pytest.mark.usefixtures("_remote_storage")
def test_storage_without_local_paths_keeps_and_gives_back_the_file(row):
    path = deposit(row).versions.get().path

    with storage.open_file(path) as stream:
        assert stream.read() == b.pdf()
    with storage.on_disk(path) as copy:
        assert copy.read_bytes() == b.pdf()
    assert not copy.exists()
    assert stored() == set()


def test_withdrawn_evidence_no_longer_changes(row):
    evidence = deposit(row)
    Evidence.objects.update(withdrawn_at=AT, withdrawn_reason="Erreur de dossier")
    evidence.refresh_from_db()
    before = state()

    with pytest.raises(NotAvailableError, match="was withdrawn"):
        edited(evidence, title="Autre")
    with pytest.raises(NotAvailableError, match="was withdrawn"):
        renew(evidence, b.pdf(5))
    with pytest.raises(NotAvailableError, match="was withdrawn"):
        link_evidence(evidence=evidence, assessments=[row], by=UserFactory(), at=AT)

    assert state() == before
