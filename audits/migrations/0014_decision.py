import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from crcaudit.core.triggers import refuse

OF_CONCLUSION = (
    "audits_auditconclusion c JOIN audits_audit a ON a.id = c.audit_id WHERE c.id = "
    "NEW.conclusion_id"
)
LAST = (
    "(SELECT d.{field} FROM audits_decision d WHERE d.certification_id = NEW.certification_id "
    "ORDER BY d.number DESC LIMIT 1)"
)
NAMED = (
    "EXISTS (SELECT 1 FROM {table} m JOIN audits_audit a ON a.id = m.audit_id "
    "WHERE m.user_id = NEW.decided_by_id AND a.certification_id = NEW.certification_id)"
)
MEMBER = (
    "EXISTS (SELECT 1 FROM accounts_membership m JOIN audits_certification f "
    "ON f.{side} = m.organisation_id WHERE f.id = NEW.certification_id "
    "AND m.user_id = NEW.decided_by_id AND m.is_active{role})"
)
OPEN_MAJOR = (
    "EXISTS (SELECT 1 FROM audits_finding f JOIN audits_audit a ON a.id = f.audit_id "
    "JOIN engagements_findinggrade g ON g.id = f.grade_id "
    "WHERE a.certification_id = NEW.certification_id AND g.severity = 'major' "
    "AND a.kind NOT IN ('DIAGNOSIS', 'INTERNAL', 'MOCK') "
    "AND f.state IN ('PRESENTED', 'ANSWERED', 'ACCEPTED', 'PROVEN'))"
)
TEAMS = ("audits_auditteammember", "audits_formerteammember")
DECIDES = (
    "EXISTS (SELECT 1 FROM audits_audit a JOIN audits_certification f ON f.id = a.certification_id "
    "JOIN accounts_membership m ON m.organisation_id = f.body_id WHERE a.id = NEW.audit_id "
    "AND m.user_id = NEW.user_id AND m.is_active AND m.role = 'DECISION_MAKER')"
)
DECIDED = (
    "EXISTS (SELECT 1 FROM audits_audit a JOIN audits_decision d "
    "ON d.certification_id = a.certification_id WHERE a.id = NEW.audit_id "
    "AND d.decided_by_id = NEW.user_id)"
)
REMOVED = (
    "EXISTS (SELECT 1 FROM audits_formerteammember m WHERE m.audit_id = OLD.audit_id "
    "AND m.user_id = OLD.user_id)"
)
CONCLUDED = (
    "EXISTS (SELECT 1 FROM audits_auditconclusion c JOIN audits_audit a ON a.id = c.audit_id "
    "WHERE a.certification_id = OLD.id AND c.withdrawn_at IS NULL)"
)
BODY = (
    "(SELECT o.kind FROM accounts_organisation o WHERE o.id = NEW.body_id) <> 'CERTIFICATION_BODY'"
)


def remember_removed_members(apps, _schema):
    """Who was taken off a team before the table came is in the journal."""
    tables = {name: apps.get_model("audits", name) for name in ("Audit", "FormerTeamMember")}
    entries = apps.get_model("core", "JournalEntry").objects.filter(action="audit.team_removed")
    users = apps.get_model("accounts", "User").objects
    for entry in entries.order_by("pk"):
        audit = tables["Audit"].objects.filter(key=entry.object_key).first()
        for key, role in entry.before.items():
            user = users.filter(key=key).first()
            if audit is not None and user is not None:
                tables["FormerTeamMember"].objects.create(
                    audit=audit, user=user, role=role, removed_at=entry.at
                )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_queuedmessage"),
        ("core", "0002_journal_append_only"),
        ("engagements", "0006_cycle"),
        ("audits", "0013_conclusion"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="certification",
            name="body",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="certified_files",
                to="accounts.organisation",
                verbose_name="certification body",
            ),
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="key"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("GRANTED", "Granted"),
                            ("GRANTED_WITH_FOLLOW_UP", "Granted with follow-up"),
                            ("SUPPLEMENTARY_AUDIT", "Supplementary audit asked for"),
                            ("REFUSED", "Refused"),
                            ("SUSPENDED", "Suspended"),
                            ("RESTORED", "Restored"),
                            ("WITHDRAWN", "Withdrawn"),
                        ],
                        max_length=22,
                        verbose_name="decision",
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                ("conditions", models.TextField(blank=True, verbose_name="conditions")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("NONE", "None"),
                            ("CERTIFIED", "In force"),
                            ("SUSPENDED", "Suspended"),
                            ("WITHDRAWN", "Withdrawn"),
                        ],
                        max_length=9,
                        verbose_name="before",
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        choices=[
                            ("NONE", "None"),
                            ("CERTIFIED", "In force"),
                            ("SUSPENDED", "Suspended"),
                            ("WITHDRAWN", "Withdrawn"),
                        ],
                        max_length=9,
                        verbose_name="after",
                    ),
                ),
                ("effective_on", models.DateField(verbose_name="effective on")),
                ("decided_at", models.DateTimeField(verbose_name="decided on")),
                (
                    "certification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="audits.certification",
                        verbose_name="certification file",
                    ),
                ),
                (
                    "conclusion",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="audits.auditconclusion",
                        verbose_name="conclusion of an audit",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
            ],
            options={
                "verbose_name": "certification decision",
                "verbose_name_plural": "certification decisions",
                "ordering": ("certification", "number"),
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="key"
                    ),
                ),
                ("number", models.CharField(max_length=60, verbose_name="number")),
                ("holder", models.CharField(max_length=200, verbose_name="holder")),
                ("body_name", models.CharField(max_length=200, verbose_name="name of the body")),
                (
                    "referential_fr",
                    models.CharField(max_length=300, verbose_name="referential (French)"),
                ),
                (
                    "referential_en",
                    models.CharField(max_length=300, verbose_name="referential (English)"),
                ),
                ("edition_version", models.CharField(max_length=60, verbose_name="edition")),
                (
                    "consult",
                    models.TextField(verbose_name="how to consult or obtain the referential"),
                ),
                ("scope", models.TextField(verbose_name="scope")),
                ("sites", models.JSONField(default=list, verbose_name="sites")),
                ("channels", models.JSONField(default=list, verbose_name="channels")),
                ("granted_on", models.DateField(verbose_name="granted on")),
                ("valid_from", models.DateField(verbose_name="valid from")),
                ("expires_on", models.DateField(verbose_name="valid until")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="certification body",
                    ),
                ),
                (
                    "certification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="audits.certification",
                        verbose_name="certification file",
                    ),
                ),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificate",
                        to="audits.decision",
                        verbose_name="decision",
                    ),
                ),
            ],
            options={
                "verbose_name": "certificate",
                "verbose_name_plural": "certificates",
                "ordering": ("certification", "valid_from", "pk"),
            },
        ),
        migrations.CreateModel(
            name="FormerTeamMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("LEAD", "Lead auditor"),
                            ("AUDITOR", "Auditor"),
                            ("OBSERVER", "Observer"),
                        ],
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                (
                    "declared_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="independence declared on"
                    ),
                ),
                ("declared_links", models.TextField(blank=True, verbose_name="declared links")),
                ("removed_at", models.DateTimeField(verbose_name="taken off on")),
                (
                    "audit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="former_team",
                        to="audits.audit",
                        verbose_name="audit",
                    ),
                ),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken off by",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "former team member",
                "verbose_name_plural": "former team members",
            },
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                fields=("certification", "number"), name="decision_number_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("conclusion__isnull", False)),
                fields=("conclusion",),
                name="decision_one_by_conclusion",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "GRANTED"), ("source", "NONE"), ("target", "CERTIFIED")),
                    models.Q(
                        ("kind", "GRANTED_WITH_FOLLOW_UP"),
                        ("source", "NONE"),
                        ("target", "CERTIFIED"),
                    ),
                    models.Q(
                        ("kind", "SUPPLEMENTARY_AUDIT"), ("source", "NONE"), ("target", "NONE")
                    ),
                    models.Q(("kind", "REFUSED"), ("source", "NONE"), ("target", "NONE")),
                    models.Q(("kind", "GRANTED"), ("source", "CERTIFIED"), ("target", "CERTIFIED")),
                    models.Q(
                        ("kind", "GRANTED_WITH_FOLLOW_UP"),
                        ("source", "CERTIFIED"),
                        ("target", "CERTIFIED"),
                    ),
                    models.Q(
                        ("kind", "SUPPLEMENTARY_AUDIT"),
                        ("source", "CERTIFIED"),
                        ("target", "CERTIFIED"),
                    ),
                    models.Q(("kind", "REFUSED"), ("source", "CERTIFIED"), ("target", "CERTIFIED")),
                    models.Q(
                        ("kind", "SUSPENDED"), ("source", "CERTIFIED"), ("target", "SUSPENDED")
                    ),
                    models.Q(
                        ("kind", "WITHDRAWN"), ("source", "CERTIFIED"), ("target", "WITHDRAWN")
                    ),
                    models.Q(
                        ("kind", "SUPPLEMENTARY_AUDIT"),
                        ("source", "SUSPENDED"),
                        ("target", "SUSPENDED"),
                    ),
                    models.Q(("kind", "REFUSED"), ("source", "SUSPENDED"), ("target", "SUSPENDED")),
                    models.Q(
                        ("kind", "RESTORED"), ("source", "SUSPENDED"), ("target", "CERTIFIED")
                    ),
                    models.Q(
                        ("kind", "WITHDRAWN"), ("source", "SUSPENDED"), ("target", "WITHDRAWN")
                    ),
                    _connector="OR",
                ),
                name="decision_follows_the_flow",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("conclusion__isnull", False),
                        (
                            "kind__in",
                            ["GRANTED", "GRANTED_WITH_FOLLOW_UP", "SUPPLEMENTARY_AUDIT", "REFUSED"],
                        ),
                    ),
                    models.Q(
                        models.Q(
                            (
                                "kind__in",
                                [
                                    "GRANTED",
                                    "GRANTED_WITH_FOLLOW_UP",
                                    "SUPPLEMENTARY_AUDIT",
                                    "REFUSED",
                                ],
                            ),
                            _negated=True,
                        ),
                        ("conclusion", None),
                    ),
                    _connector="OR",
                ),
                name="decision_on_audit_iff_conclusion",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="decision_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind", "GRANTED_WITH_FOLLOW_UP"),
                        models.Q(("conditions", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("kind", "GRANTED_WITH_FOLLOW_UP"), _negated=True),
                        ("conditions", ""),
                    ),
                    _connector="OR",
                ),
                name="decision_conditions_iff_follow_up",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                fields=("body", "number"), name="certificate_number_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_on__gte", models.F("valid_from"))),
                name="certificate_days_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("consult", ""), _negated=True),
                    models.Q(("body_name", ""), _negated=True),
                    models.Q(("referential_fr", ""), _negated=True),
                ),
                name="certificate_says_what_the_public_is_owed",
            ),
        ),
        migrations.RunPython(remember_removed_members, migrations.RunPython.noop),
        # A decision: by whom, on what, after what. Rows are only ever added.
        refuse(
            "decision_kept",
            table="audits_decision",
            events="UPDATE DELETE",
            when="1=1",
            message="A decision is never changed or removed.",
        ),
        refuse(
            "decision_in_order",
            table="audits_decision",
            events="INSERT",
            when=f"NEW.source <> COALESCE({LAST.format(field='target')}, 'NONE') "
            f"OR NEW.number <> 1 + COALESCE({LAST.format(field='number')}, 0)",
            message="A decision starts from where the last one left the certificate.",
        ),
        refuse(
            "decision_on_conclusion",
            table="audits_decision",
            events="INSERT",
            when=f"NEW.conclusion_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {OF_CONCLUSION} "
            "AND c.withdrawn_at IS NULL AND a.certification_id = NEW.certification_id)",
            message="A decision is on an audit of the file that is concluded.",
        ),
        refuse(
            "decision_maintains_what_is",
            table="audits_decision",
            events="INSERT",
            when="NEW.kind IN ('GRANTED', 'GRANTED_WITH_FOLLOW_UP') AND NEW.source = 'NONE' "
            f"AND (SELECT a.kind FROM {OF_CONCLUSION}) = 'SURVEILLANCE'",
            message="A surveillance audit maintains a certificate that exists.",
        ),
        refuse(
            "decision_by_nobody_involved",
            table="audits_decision",
            events="INSERT",
            when=" OR ".join(
                (
                    *(NAMED.format(table=name) for name in TEAMS),
                    MEMBER.format(side="organisation_id", role=""),
                )
            ),
            message="Nobody decides on an audit that they took part in.",
        ),
        refuse(
            "decision_by_the_body",
            table="audits_decision",
            events="INSERT",
            when="NOT " + MEMBER.format(side="body_id", role=" AND m.role = 'DECISION_MAKER'"),
            message="The certification body of the file decides.",
        ),
        refuse(
            "decision_without_open_major",
            table="audits_decision",
            events="INSERT",
            when=f"NEW.kind IN ('GRANTED', 'GRANTED_WITH_FOLLOW_UP') AND {OPEN_MAJOR}",
            message="Nothing is granted while a major nonconformity is open.",
        ),
        refuse(
            "certificate_kept",
            table="audits_certificate",
            events="UPDATE DELETE",
            when="1=1",
            message="A certificate is never changed or removed.",
        ),
        refuse(
            "certificate_of_grant",
            table="audits_certificate",
            events="INSERT",
            when="NOT EXISTS (SELECT 1 FROM audits_decision d WHERE d.id = NEW.decision_id "
            "AND d.certification_id = NEW.certification_id "
            "AND d.kind IN ('GRANTED', 'GRANTED_WITH_FOLLOW_UP'))",
            message="A certificate comes of a grant.",
        ),
        refuse(
            "conclusion_decided",
            table="audits_auditconclusion",
            events="UPDATE",
            when="EXISTS (SELECT 1 FROM audits_decision d WHERE d.conclusion_id = OLD.id)",
            message="A conclusion that was decided on stands.",
        ),
        # Nobody decides on their own work: a person who was on a team is remembered.
        refuse(
            "team_without_who_decides",
            table="audits_auditteammember",
            events="INSERT",
            when=f"{DECIDES} OR {DECIDED}",
            message="Who decides on a certificate is on no audit team of the file.",
        ),
        refuse(
            "team_member_remembered",
            table="audits_auditteammember",
            events="DELETE",
            when=f"NOT {REMOVED}",
            message="A person taken off a team is remembered.",
        ),
        refuse(
            "former_member_kept",
            table="audits_formerteammember",
            events="UPDATE DELETE",
            when="1=1",
            message="Who was on a team stays known.",
        ),
        refuse(
            "certification_body_kind",
            table="audits_certification",
            events="INSERT UPDATE",
            when=BODY,
            message="A certification body decides on a file.",
        ),
        refuse(
            "certification_body_kept",
            table="audits_certification",
            events="UPDATE",
            when="OLD.body_id IS NOT NULL AND (NEW.body_id IS NULL OR NEW.body_id <> OLD.body_id) "
            f"AND {CONCLUDED}",
            message="The body of a file with a concluded audit does not change.",
        ),
    ]
