import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from crcaudit.core.triggers import lift, refuse

MESSAGE = "A validated audit cannot change."
FROZEN = {"table": "audits_audit", "message": MESSAGE}
KEPT = (
    *("key", "reference", "certification_id", "organisation_id", "kind", "is_per_site"),
    *("objectives", "start_date", "scale", "max_points", "gap_rule", "global_threshold"),
    *("domain_threshold", "open_minors_limit", "minor_becomes_major", "critical_is_major"),
    *("started_at", "started_by_id"),
)
# Opened again as it was; the conclusion was taken back before. Never the diagnosis: every later
# audit is compared with it.
REOPENED = (
    "(NEW.state = 'IN_PROGRESS' AND OLD.kind <> 'DIAGNOSIS' AND NOT EXISTS (SELECT 1 FROM "
    "audits_auditconclusion c WHERE c.audit_id = OLD.id AND c.withdrawn_at IS NULL)"
    + "".join(f" AND NEW.{name} = OLD.{name}" for name in KEPT)
    + ")"
)
WRITTEN = (
    *("audit_id", "number", "summary", "recommendation", "not_covered", "accepted"),
    *("concluded_at", "concluded_by_id"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("audits", "0012_cycle"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditConclusion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("summary", models.TextField(verbose_name="extent of conformity")),
                (
                    "recommendation",
                    models.CharField(
                        choices=[
                            ("GRANT", "Grant"),
                            ("GRANT_WITH_FOLLOW_UP", "Grant with follow-up"),
                            ("SUPPLEMENTARY_AUDIT", "Supplementary audit"),
                            ("REFUSE", "Refuse"),
                        ],
                        max_length=20,
                        verbose_name="recommendation",
                    ),
                ),
                (
                    "not_covered",
                    models.TextField(blank=True, verbose_name="what was not covered"),
                ),
                (
                    "accepted",
                    models.JSONField(default=dict, verbose_name="knowingly accepted"),
                ),
                ("concluded_at", models.DateTimeField(verbose_name="concluded on")),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="withdrawn on"),
                ),
                (
                    "withdrawn_reason",
                    models.TextField(blank=True, verbose_name="why it was withdrawn"),
                ),
                (
                    "audit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="conclusions",
                        to="audits.audit",
                        verbose_name="audit",
                    ),
                ),
                (
                    "concluded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="concluded by",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="withdrawn by",
                    ),
                ),
            ],
            options={
                "verbose_name": "conclusion of an audit",
                "verbose_name_plural": "conclusions of audits",
                "ordering": ("audit", "number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("audit", "number"), name="conclusion_number_unique"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)),
                        fields=("audit",),
                        name="conclusion_one_standing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "recommendation__in",
                                [
                                    "GRANT",
                                    "GRANT_WITH_FOLLOW_UP",
                                    "SUPPLEMENTARY_AUDIT",
                                    "REFUSE",
                                ],
                            )
                        ),
                        name="conclusion_recommendation_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("summary", ""), _negated=True),
                        name="conclusion_says_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("withdrawn_at", None),
                                ("withdrawn_by", None),
                                ("withdrawn_reason", ""),
                            ),
                            models.Q(
                                ("withdrawn_at__isnull", False),
                                ("withdrawn_by__isnull", False),
                                models.Q(("withdrawn_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="conclusion_withdrawn_iff_dated",
                    ),
                ],
            },
        ),
        refuse(
            "conclusion_of_frozen_audit",
            table="audits_auditconclusion",
            events="INSERT",
            when="(SELECT a.state FROM audits_audit a WHERE a.id = NEW.audit_id) <> 'VALIDATED' OR "
            "(SELECT a.kind FROM audits_audit a WHERE a.id = NEW.audit_id) IN "
            "('DIAGNOSIS', 'INTERNAL', 'MOCK')",
            message="A conclusion comes with the freezing of the audit of a third party.",
        ),
        refuse(
            "conclusion_written",
            table="audits_auditconclusion",
            events="UPDATE",
            when="OLD.withdrawn_at IS NOT NULL OR "
            + " OR ".join(f"NEW.{name} <> OLD.{name}" for name in WRITTEN),
            message="A conclusion is never edited.",
        ),
        refuse(
            "conclusion_kept",
            table="audits_auditconclusion",
            events="DELETE",
            when="1=1",
            message="A conclusion is never removed.",
        ),
        lift("audit_frozen", events="UPDATE DELETE", when="OLD.state = 'VALIDATED'", **FROZEN),
        refuse("audit_frozen", events="DELETE", when="OLD.state = 'VALIDATED'", **FROZEN),
        refuse(
            "audit_frozen",
            events="UPDATE",
            when=f"OLD.state = 'VALIDATED' AND NOT {REOPENED}",
            **FROZEN,
        ),
    ]
