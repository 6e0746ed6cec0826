from django.db import migrations

from crcaudit.core.triggers import refuse

# The plan of an audit tells nothing of what was found.
TELLS = "kind IN ('AUDIT', 'DIAGNOSIS')"


class Migration(migrations.Migration):
    dependencies = [("audits", "0013_conclusion"), ("reports", "0003_audit_plan")]

    operations = [
        refuse(
            "audit_reported",
            table="audits_audit",
            events="UPDATE",
            when="OLD.state = 'VALIDATED' AND NEW.state <> 'VALIDATED' AND EXISTS (SELECT 1 FROM "
            f"reports_report r WHERE r.audit_id = OLD.id AND r.issued_at IS NOT NULL AND r.{TELLS})",
            message="An audit whose report was issued is not reopened.",
        ),
        refuse(
            "report_of_open_audit",
            table="reports_report",
            events="INSERT UPDATE",
            when=f"NEW.issued_at IS NOT NULL AND NEW.{TELLS} AND (SELECT a.state FROM "
            "audits_audit a WHERE a.id = NEW.audit_id) <> 'VALIDATED'",
            message="A report of an audit that is in progress is not issued.",
        ),
    ]
