from django.db import migrations

from crcaudit.core.triggers import refuse, refuse_other_moves

CLOSED = "A closed certification file cannot change."
FROZEN = "An approved internal control plan never changes."
PLAN, LINE = "audits_controlplan", "audits_controlline"
LINE_SITES = "audits_controlline_sites"
CONTROL, RECORDS = "audits_controloccurrence", "audits_controloccurrence_evidence"
OF_PLAN = (
    "(SELECT c.state FROM audits_certification c WHERE c.id = ROW.certification_id) = 'CLOSED'"
)
OF_LINE = (
    "(SELECT c.state FROM audits_certification c JOIN audits_controlplan p "
    "ON p.certification_id = c.id WHERE p.id = ROW.plan_id) = 'CLOSED'"
)
OF_CONTROL = (
    "(SELECT c.state FROM audits_certification c JOIN audits_controlplan p "
    "ON p.certification_id = c.id JOIN audits_controlline l ON l.plan_id = p.id "
    "WHERE l.id = ROW.line_id) = 'CLOSED'"
)
OF_RECORD = (
    "(SELECT c.state FROM audits_certification c JOIN audits_controlplan p "
    "ON p.certification_id = c.id JOIN audits_controlline l ON l.plan_id = p.id "
    "JOIN audits_controloccurrence o ON o.line_id = l.id "
    "WHERE o.id = ROW.controloccurrence_id) = 'CLOSED'"
)
DRAFT_LINE = "(SELECT p.state FROM audits_controlplan p WHERE p.id = {row}.plan_id) <> 'DRAFT'"
DRAFT_SITE = (
    "(SELECT p.state FROM audits_controlplan p JOIN audits_controlline l ON l.plan_id = p.id "
    "WHERE l.id = ROW.controlline_id) <> 'DRAFT'"
)
ELSEWHERE = (
    "(SELECT r.edition_id FROM engagements_requirement r WHERE r.id = NEW.requirement_id) <> "
    "(SELECT c.edition_id FROM audits_certification c JOIN audits_controlplan p "
    "ON p.certification_id = c.id WHERE p.id = NEW.plan_id)"
)
KEPT_OF_PLAN = ("certification_id", "number", "reason", "submitted_by_id", "starts_on")
KEPT_OF_CONTROL = ("line_id", "period_start", "period_end", "opens_on", "due_date")


class Migration(migrations.Migration):
    dependencies = [("audits", "0021_control_plan")]

    operations = [
        refuse_other_moves(
            "control_plan_moves",
            table=PLAN,
            moves=[("DRAFT", "APPROVED"), ("APPROVED", "REPLACED")],
            message="An internal control plan is approved, then replaced.",
        ),
        refuse(
            "control_plan_frozen",
            table=PLAN,
            events="UPDATE",
            when="OLD.state <> 'DRAFT' AND ("
            + " OR ".join(f"NEW.{name} <> OLD.{name}" for name in KEPT_OF_PLAN)
            + " OR NEW.approved_by_id <> OLD.approved_by_id)",
            message=FROZEN,
        ),
        refuse(
            "control_plan_kept",
            table=PLAN,
            events="DELETE",
            when="OLD.state <> 'DRAFT'",
            message=FROZEN,
        ),
        refuse(
            "control_plan_of_closed_file",
            table=PLAN,
            events="INSERT UPDATE DELETE",
            when=OF_PLAN,
            message=CLOSED,
        ),
        refuse(
            "control_line_frozen",
            table=LINE,
            events="UPDATE DELETE",
            when=DRAFT_LINE.format(row="OLD"),
            message=FROZEN,
        ),
        refuse(
            "control_line_joined",
            table=LINE,
            events="INSERT UPDATE",
            when=DRAFT_LINE.format(row="NEW"),
            message=FROZEN,
        ),
        refuse(
            "control_line_of_its_edition",
            table=LINE,
            events="INSERT UPDATE",
            when=ELSEWHERE,
            message="A line controls a requirement of the edition of its file.",
        ),
        refuse(
            "control_line_of_closed_file",
            table=LINE,
            events="INSERT UPDATE DELETE",
            when=OF_LINE,
            message=CLOSED,
        ),
        refuse(
            "control_line_sites_frozen",
            table=LINE_SITES,
            events="INSERT UPDATE DELETE",
            when=DRAFT_SITE,
            message=FROZEN,
        ),
        refuse(
            "control_of_approved_plan",
            table=CONTROL,
            events="INSERT",
            when="(SELECT p.state FROM audits_controlplan p JOIN audits_controlline l "
            "ON l.plan_id = p.id WHERE l.id = NEW.line_id) <> 'APPROVED'",
            message="Controls are planned from the plan in force.",
        ),
        refuse(
            "control_days_kept",
            table=CONTROL,
            events="UPDATE",
            when=" OR ".join(f"NEW.{name} <> OLD.{name}" for name in KEPT_OF_CONTROL),
            message="A control keeps its line, its period and its day.",
        ),
        refuse_other_moves(
            "control_moves",
            table=CONTROL,
            moves=[("PLANNED", "DONE"), ("PLANNED", "CANCELLED")],
            message="A control is done or cancelled, once.",
        ),
        refuse(
            "control_kept",
            table=CONTROL,
            events="DELETE",
            when="OLD.state <> 'PLANNED'",
            message="A control that was done or cancelled is never removed.",
        ),
        refuse(
            "control_of_closed_file",
            table=CONTROL,
            events="INSERT UPDATE DELETE",
            when=OF_CONTROL,
            message=CLOSED,
        ),
        refuse(
            "control_record_of_closed_file",
            table=RECORDS,
            events="INSERT UPDATE DELETE",
            when=OF_RECORD,
            message=CLOSED,
        ),
        refuse(
            "control_reminder_kept",
            table="audits_controlreminder",
            events="UPDATE DELETE",
            when="1=1",
            message="That somebody was told is never taken back.",
        ),
    ]
