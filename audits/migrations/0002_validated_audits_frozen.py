from django.db import migrations

from crcaudit.core.triggers import refuse

MESSAGE = "A validated audit cannot change."
OF_AUDIT = "(SELECT a.state FROM audits_audit a WHERE a.id = ROW.audit_id) = 'VALIDATED'"
OF_LINK = (
    "(SELECT a.state FROM audits_audit a JOIN audits_assessment s ON s.audit_id = a.id "
    "WHERE s.id = ROW.assessment_id) = 'VALIDATED'"
)
# Answering and closing a finding goes on after validation; what was found does not change.
FOUND = ("title", "required", "found", "consequence", "grade_id", "assessment_id", "found_date")


class Migration(migrations.Migration):
    dependencies = [("audits", "0001_initial"), ("core", "0002_journal_append_only")]

    operations = [
        refuse(
            "audit_frozen",
            table="audits_audit",
            events="UPDATE DELETE",
            when="OLD.state = 'VALIDATED'",
            message=MESSAGE,
        ),
        refuse(
            "assessment_frozen",
            table="audits_assessment",
            events="INSERT UPDATE DELETE",
            when=OF_AUDIT,
            message=MESSAGE,
        ),
        refuse(
            "section_frozen",
            table="audits_auditsection",
            events="INSERT UPDATE DELETE",
            when=OF_AUDIT,
            message=MESSAGE,
        ),
        refuse(
            "evidence_link_frozen",
            table="audits_evidencelink",
            events="INSERT UPDATE DELETE",
            when=OF_LINK,
            message=MESSAGE,
        ),
        refuse(
            "finding_kept",
            table="audits_finding",
            events="INSERT DELETE",
            when=OF_AUDIT,
            message=MESSAGE,
        ),
        refuse(
            "finding_frozen",
            table="audits_finding",
            events="UPDATE",
            when=f"{OF_AUDIT} AND (" + " OR ".join(f"NEW.{n} <> OLD.{n}" for n in FOUND) + ")",
            message=MESSAGE,
        ),
        refuse(
            "evidence_version_kept",
            table="audits_evidenceversion",
            events="UPDATE DELETE",
            when="1=1",
            message="A deposited file is never changed or removed.",
        ),
    ]
