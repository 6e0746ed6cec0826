from django.db import migrations, models

from crcaudit.core.triggers import refuse, suspended

TEAM = "audits_auditteammember"
STATE = "(SELECT a.state FROM audits_audit a WHERE a.id = {row}.audit_id)"
FOLLOWED_UP = (
    "EXISTS (SELECT 1 FROM audits_finding f JOIN audits_audit a ON a.id = f.audit_id "
    "WHERE f.audit_id = NEW.audit_id AND a.kind NOT IN ('DIAGNOSIS', 'INTERNAL', 'MOCK') "
    "AND f.state IN ('PRESENTED', 'ANSWERED', 'ACCEPTED', 'PROVEN'))"
)


class Migration(migrations.Migration):
    dependencies = [("audits", "0018_assignment_due")]

    operations = [
        *suspended(
            migrations.AddField(
                model_name="auditteammember",
                name="named_at",
                field=models.DateTimeField(blank=True, null=True, verbose_name="named on"),
            ),
            migrations.AddField(
                model_name="auditteammember",
                name="left_at",
                field=models.DateTimeField(blank=True, null=True, verbose_name="left the team on"),
            ),
            migrations.AddField(
                model_name="formerteammember",
                name="number",
                field=models.PositiveBigIntegerField(blank=True, null=True, verbose_name="number"),
            ),
            # Among those who did not leave; the rules below say who may leave, and what is kept.
            migrations.RemoveConstraint(model_name="auditteammember", name="team_member_unique"),
            migrations.RemoveConstraint(model_name="auditteammember", name="team_one_lead"),
            migrations.AddConstraint(
                model_name="auditteammember",
                constraint=models.UniqueConstraint(
                    condition=models.Q(("left_at", None)),
                    fields=("audit", "user"),
                    name="team_member_unique",
                ),
            ),
            migrations.AddConstraint(
                model_name="auditteammember",
                constraint=models.UniqueConstraint(
                    condition=models.Q(("left_at", None), ("role", "LEAD")),
                    fields=("audit",),
                    name="team_one_lead",
                ),
            ),
            tables=[TEAM],
        ),
        refuse(
            "team_joined_after",
            table=TEAM,
            events="INSERT",
            when=f"{STATE.format(row='NEW')} = 'VALIDATED' "
            f"AND (NEW.role <> 'LEAD' OR NOT {FOLLOWED_UP})",
            message="Only a lead joins the team of a frozen audit, to judge what is open.",
        ),
        refuse(
            "team_kept",
            table=TEAM,
            events="DELETE",
            when=f"{STATE.format(row='OLD')} = 'VALIDATED'",
            message="A frozen audit keeps who was on its team.",
        ),
        refuse(
            "team_frozen",
            table=TEAM,
            events="UPDATE",
            when=f"{STATE.format(row='OLD')} = 'VALIDATED' AND (NEW.role <> OLD.role "
            "OR NEW.user_id <> OLD.user_id OR NEW.audit_id <> OLD.audit_id)",
            message="Of a frozen audit neither people nor roles change.",
        ),
        refuse(
            "team_left",
            table=TEAM,
            events="UPDATE",
            when="NEW.left_at IS NOT NULL AND OLD.left_at IS NULL "
            f"AND {STATE.format(row='OLD')} <> 'VALIDATED'",
            message="Whoever leaves the team of an audit under way is taken off it.",
        ),
        refuse(
            "team_left_before",
            table=TEAM,
            events="INSERT",
            when="NEW.left_at IS NOT NULL",
            message="Nobody leaves a team before they are on it.",
        ),
        refuse(
            "team_left_kept",
            table=TEAM,
            events="UPDATE DELETE",
            when="OLD.left_at IS NOT NULL",
            message="Who left the team of a frozen audit stays as they were.",
        ),
    ]
