import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from crcaudit.core.triggers import suspended


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_queuedmessage"),
        ("audits", "0020_measures"),
        ("engagements", "0006_cycle"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ControlLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "lineage",
                    models.UUIDField(default=uuid.uuid4, editable=False, verbose_name="lineage"),
                ),
                ("position", models.PositiveSmallIntegerField(verbose_name="position")),
                ("control_point", models.CharField(max_length=300, verbose_name="control point")),
                ("method", models.CharField(max_length=60, verbose_name="control method")),
                ("procedure", models.TextField(blank=True, verbose_name="procedure")),
                (
                    "population",
                    models.CharField(blank=True, max_length=300, verbose_name="population"),
                ),
                ("sample", models.CharField(blank=True, max_length=300, verbose_name="sample")),
                (
                    "sample_size",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="size of the sample"
                    ),
                ),
                (
                    "is_per_site",
                    models.BooleanField(default=True, verbose_name="one control per site"),
                ),
                ("channels", models.JSONField(blank=True, default=list, verbose_name="channels")),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("DAILY", "Daily"),
                            ("WEEKLY", "Weekly"),
                            ("MONTHLY", "Monthly"),
                            ("QUARTERLY", "Quarterly"),
                            ("HALF_YEARLY", "Twice a year"),
                            ("YEARLY", "Yearly"),
                            ("PER_EVENT", "Per event"),
                        ],
                        max_length=12,
                        verbose_name="frequency",
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "Monday"),
                            (2, "Tuesday"),
                            (3, "Wednesday"),
                            (4, "Thursday"),
                            (5, "Friday"),
                        ],
                        null=True,
                        verbose_name="day of the week",
                    ),
                ),
                (
                    "rank",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="working day of the period"
                    ),
                ),
                (
                    "window_days",
                    models.PositiveSmallIntegerField(default=0, verbose_name="days of the window"),
                ),
                ("role", models.CharField(max_length=60, verbose_name="role in charge")),
                ("record", models.CharField(max_length=300, verbose_name="record")),
                (
                    "record_place",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="place of the record"
                    ),
                ),
                (
                    "retention_months",
                    models.PositiveSmallIntegerField(default=36, verbose_name="retention (months)"),
                ),
                (
                    "sign",
                    models.CharField(
                        blank=True,
                        choices=[
                            (">=", "≥ at least, of what complies"),
                            (">", "> more than, of what complies"),
                            ("<=", "≤ at most, of what does not comply"),
                            ("<", "< less than, of what does not comply"),
                        ],
                        max_length=2,
                        verbose_name="comparison",
                    ),
                ),
                (
                    "target",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        verbose_name="target (%)",
                    ),
                ),
                (
                    "alert",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        verbose_name="alert threshold (%)",
                    ),
                ),
                (
                    "nonconformity",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=5,
                        null=True,
                        verbose_name="nonconformity threshold (%)",
                    ),
                ),
                (
                    "threshold_note",
                    models.CharField(
                        blank=True, max_length=300, verbose_name="thresholds in words"
                    ),
                ),
                ("reaction", models.TextField(blank=True, verbose_name="reaction")),
                (
                    "escalation",
                    models.CharField(
                        choices=[
                            ("NOBODY", "Nobody"),
                            ("QUALITY_MANAGER", "Quality manager"),
                            ("DIRECTOR", "Director"),
                            ("PERSON", "A person"),
                        ],
                        default="DIRECTOR",
                        max_length=15,
                        verbose_name="escalation",
                    ),
                ),
                (
                    "escalate_after",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="escalation after (working days)"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
            ],
            options={
                "verbose_name": "internal control line",
                "verbose_name_plural": "internal control lines",
            },
        ),
        migrations.CreateModel(
            name="ControlOccurrence",
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
                ("period_start", models.DateField(verbose_name="first day of the period")),
                ("period_end", models.DateField(verbose_name="last day of the period")),
                ("opens_on", models.DateField(verbose_name="may be done from")),
                ("due_date", models.DateField(verbose_name="due date")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("PLANNED", "Planned"),
                            ("DONE", "Done"),
                            ("CANCELLED", "Cancelled"),
                        ],
                        default="PLANNED",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                (
                    "checked",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="checked"),
                ),
                (
                    "compliant",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="compliant"),
                ),
                (
                    "basis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("EXHAUSTIVE", "Everything was checked"),
                            ("SAMPLE", "A sample was checked"),
                        ],
                        max_length=10,
                        verbose_name="basis",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("CONFORM", "Compliant"),
                            ("PARTIAL", "Partly compliant"),
                            ("NONCONFORM", "Not compliant"),
                            ("NOTHING", "Nothing to check"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                (
                    "record_reference",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="reference of the record"
                    ),
                ),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                (
                    "done_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="recorded on"),
                ),
                (
                    "cancelled_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="cancelled on"),
                ),
                (
                    "cancelled_reason",
                    models.TextField(blank=True, verbose_name="reason for cancelling"),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
            ],
            options={
                "verbose_name": "internal control",
                "verbose_name_plural": "internal controls",
            },
        ),
        migrations.CreateModel(
            name="ControlPlan",
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
                ("number", models.PositiveSmallIntegerField(verbose_name="version of the plan")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("APPROVED", "In force"),
                            ("REPLACED", "Replaced"),
                        ],
                        default="DRAFT",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason of the version")),
                ("created_at", models.DateTimeField(verbose_name="created on")),
                (
                    "submitted_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="submitted on"),
                ),
                (
                    "approved_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="approved on"),
                ),
                (
                    "starts_on",
                    models.DateField(blank=True, null=True, verbose_name="in force from"),
                ),
                (
                    "replaced_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="replaced on"),
                ),
                (
                    "planned_until",
                    models.DateField(blank=True, null=True, verbose_name="planned until"),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
            ],
            options={
                "verbose_name": "internal control plan",
                "verbose_name_plural": "internal control plans",
            },
        ),
        migrations.CreateModel(
            name="ControlReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[("REMINDED", "Reminded"), ("ESCALATED", "Escalated")],
                        max_length=9,
                        verbose_name="step",
                    ),
                ),
                ("days_late", models.PositiveSmallIntegerField(verbose_name="working days late")),
                ("sent_at", models.DateTimeField(verbose_name="sent on")),
            ],
            options={
                "verbose_name": "control reminder",
                "verbose_name_plural": "control reminders",
            },
        ),
        *suspended(
            migrations.AddField(
                model_name="calendarfeed",
                name="scope",
                field=models.CharField(
                    choices=[
                        ("EVERYTHING", "Everything that is mine"),
                        ("CONTROLS", "My controls"),
                    ],
                    default="EVERYTHING",
                    max_length=10,
                    verbose_name="contents",
                ),
            ),
            migrations.AddConstraint(
                model_name="calendarfeed",
                constraint=models.CheckConstraint(
                    condition=models.Q(("scope__in", ["EVERYTHING", "CONTROLS"])),
                    name="calendar_feed_scope_known",
                ),
            ),
            tables=["audits_calendarfeed"],
        ),
        migrations.AddField(
            model_name="controlline",
            name="action",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="control_lines",
                to="audits.correctiveaction",
                verbose_name="corrective action",
            ),
        ),
        migrations.AddField(
            model_name="controlline",
            name="escalate_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="escalated to",
            ),
        ),
        migrations.AddField(
            model_name="controlline",
            name="indicator",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="engagements.indicator",
                verbose_name="indicator",
            ),
        ),
        migrations.AddField(
            model_name="controlline",
            name="requirement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="control_lines",
                to="engagements.requirement",
                verbose_name="requirement",
            ),
        ),
        migrations.AddField(
            model_name="controlline",
            name="responsible",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person in charge",
            ),
        ),
        migrations.AddField(
            model_name="controlline",
            name="sites",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="accounts.site", verbose_name="sites"
            ),
        ),
        migrations.AddField(
            model_name="controlline",
            name="substitute",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="substitute",
            ),
        ),
        migrations.AddField(
            model_name="controloccurrence",
            name="cancelled_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="cancelled by",
            ),
        ),
        migrations.AddField(
            model_name="controloccurrence",
            name="done_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="recorded by",
            ),
        ),
        migrations.AddField(
            model_name="controloccurrence",
            name="evidence",
            field=models.ManyToManyField(
                blank=True, related_name="controls", to="audits.evidence", verbose_name="records"
            ),
        ),
        migrations.AddField(
            model_name="controloccurrence",
            name="line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="occurrences",
                to="audits.controlline",
                verbose_name="internal control line",
            ),
        ),
        migrations.AddField(
            model_name="controloccurrence",
            name="owner",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="controls",
                to=settings.AUTH_USER_MODEL,
                verbose_name="done by, as planned",
            ),
        ),
        migrations.AddField(
            model_name="controloccurrence",
            name="responsible",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person in charge",
            ),
        ),
        migrations.AddField(
            model_name="controloccurrence",
            name="site",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="controls",
                to="accounts.site",
                verbose_name="site",
            ),
        ),
        migrations.AddField(
            model_name="controloccurrence",
            name="substitute",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="substitute",
            ),
        ),
        migrations.AddField(
            model_name="controlplan",
            name="approved_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="approved by",
            ),
        ),
        migrations.AddField(
            model_name="controlplan",
            name="certification",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="control_plans",
                to="audits.certification",
                verbose_name="certification file",
            ),
        ),
        migrations.AddField(
            model_name="controlplan",
            name="created_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="created by",
            ),
        ),
        migrations.AddField(
            model_name="controlplan",
            name="submitted_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="submitted by",
            ),
        ),
        migrations.AddField(
            model_name="controlline",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="audits.controlplan",
                verbose_name="internal control plan",
            ),
        ),
        migrations.AddField(
            model_name="controlreminder",
            name="occurrence",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reminders",
                to="audits.controloccurrence",
                verbose_name="internal control",
            ),
        ),
        migrations.AddField(
            model_name="controlreminder",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="person told",
            ),
        ),
        migrations.AddIndex(
            model_name="controloccurrence",
            index=models.Index(fields=["line", "due_date"], name="control_line_due"),
        ),
        migrations.AddIndex(
            model_name="controloccurrence",
            index=models.Index(
                condition=models.Q(("state", "PLANNED")),
                fields=["owner", "due_date"],
                name="control_owner_due",
            ),
        ),
        migrations.AddIndex(
            model_name="controloccurrence",
            index=models.Index(
                condition=models.Q(("state", "PLANNED")), fields=["due_date"], name="control_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="controloccurrence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("site__isnull", False)),
                fields=("line", "site", "period_start"),
                name="control_once_per_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="controloccurrence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("site", None)),
                fields=("line", "period_start"),
                name="control_once_per_period_of_all_sites",
            ),
        ),
        migrations.AddConstraint(
            model_name="controloccurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["PLANNED", "DONE", "CANCELLED"])),
                name="control_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="controloccurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_date__gte", models.F("opens_on")),
                    ("due_date__lte", models.F("period_end")),
                    ("opens_on__gte", models.F("period_start")),
                ),
                name="control_due_in_its_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="controloccurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("done_at__isnull", False),
                        ("done_by__isnull", False),
                        ("done_on__isnull", False),
                        ("state", "DONE"),
                        models.Q(
                            models.Q(
                                ("basis__in", ["EXHAUSTIVE", "SAMPLE"]),
                                ("checked__gte", 1),
                                ("checked__isnull", False),
                                ("compliant__isnull", False),
                                ("compliant__lte", models.F("checked")),
                                ("outcome", ""),
                            ),
                            models.Q(
                                ("basis", ""),
                                ("checked", None),
                                ("compliant", None),
                                ("outcome__in", ["CONFORM", "PARTIAL", "NONCONFORM", "NOTHING"]),
                            ),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        models.Q(("state", "DONE"), _negated=True),
                        ("comment", ""),
                        ("done_at", None),
                        ("done_by", None),
                        ("done_on", None),
                        ("basis", ""),
                        ("checked", None),
                        ("compliant", None),
                        ("outcome", ""),
                    ),
                    _connector="OR",
                ),
                name="control_done_iff_result",
            ),
        ),
        migrations.AddConstraint(
            model_name="controloccurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done_on", None), ("done_on__gte", models.F("period_start")), _connector="OR"
                ),
                name="control_done_within_its_period_or_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="controloccurrence",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("cancelled_at__isnull", False),
                        ("cancelled_by__isnull", False),
                        ("state", "CANCELLED"),
                        models.Q(("cancelled_reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "CANCELLED"), _negated=True),
                        ("cancelled_at", None),
                        ("cancelled_by", None),
                        ("cancelled_reason", ""),
                    ),
                    _connector="OR",
                ),
                name="control_cancelled_iff_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="controlplan",
            constraint=models.UniqueConstraint(
                fields=("certification", "number"), name="control_plan_number_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="controlplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "DRAFT")),
                fields=("certification",),
                name="control_plan_one_draft",
            ),
        ),
        migrations.AddConstraint(
            model_name="controlplan",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "APPROVED")),
                fields=("certification",),
                name="control_plan_one_in_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="controlplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["DRAFT", "APPROVED", "REPLACED"])),
                name="control_plan_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="controlplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="control_plan_number_from_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="controlplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="control_plan_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="controlplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("submitted_at", None), ("submitted_by", None)),
                    models.Q(("submitted_at__isnull", False), ("submitted_by__isnull", False)),
                    _connector="OR",
                ),
                name="control_plan_submitted_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="controlplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("approved_at", None),
                        ("approved_by", None),
                        ("planned_until", None),
                        ("starts_on", None),
                        ("state", "DRAFT"),
                    ),
                    models.Q(
                        models.Q(("state", "DRAFT"), _negated=True),
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                        ("starts_on__isnull", False),
                        ("submitted_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="control_plan_approved_iff_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="controlplan",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by", None),
                    models.Q(("approved_by", models.F("submitted_by")), _negated=True),
                    _connector="OR",
                ),
                name="control_plan_approved_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="controlplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "REPLACED"), ("replaced_at", None), _connector="XOR"),
                name="control_plan_replaced_iff_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="controlline",
            constraint=models.UniqueConstraint(
                fields=("plan", "lineage"), name="control_line_lineage_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="controlline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "frequency__in",
                        [
                            "DAILY",
                            "WEEKLY",
                            "MONTHLY",
                            "QUARTERLY",
                            "HALF_YEARLY",
                            "YEARLY",
                            "PER_EVENT",
                        ],
                    )
                ),
                name="control_line_frequency_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="controlline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("frequency", "WEEKLY"),
                        ("rank", None),
                        ("weekday__in", [1, 2, 3, 4, 5]),
                        ("weekday__isnull", False),
                    ),
                    models.Q(
                        ("frequency__in", ["DAILY", "PER_EVENT"]), ("rank", None), ("weekday", None)
                    ),
                    models.Q(
                        ("frequency__in", ["MONTHLY", "QUARTERLY", "HALF_YEARLY", "YEARLY"]),
                        ("rank__gte", 1),
                        ("rank__isnull", False),
                        ("rank__lte", 60),
                        ("weekday", None),
                    ),
                    _connector="OR",
                ),
                name="control_line_day_of_its_frequency",
            ),
        ),
        migrations.AddConstraint(
            model_name="controlline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("retention_months__gte", 1),
                    ("retention_months__lte", 600),
                    ("window_days__lte", 20),
                ),
                name="control_line_numbers_within_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="controlline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("alert", None), ("nonconformity", None), ("sign", ""), ("target", None)
                    ),
                    models.Q(("sign__in", [">=", ">", "<=", "<"]), ("target__isnull", False)),
                    _connector="OR",
                ),
                name="control_line_thresholds_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="controlline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("target", None),
                        models.Q(("target__gte", 0), ("target__lte", 100)),
                        _connector="OR",
                    ),
                    models.Q(
                        ("alert", None),
                        models.Q(("alert__gte", 0), ("alert__lte", 100)),
                        _connector="OR",
                    ),
                    models.Q(
                        ("nonconformity", None),
                        models.Q(("nonconformity__gte", 0), ("nonconformity__lte", 100)),
                        _connector="OR",
                    ),
                ),
                name="control_line_thresholds_are_percentages",
            ),
        ),
        migrations.AddConstraint(
            model_name="controlline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("sign__in", ["", ">=", ">"]),
                        models.Q(
                            ("alert", None), ("alert__lte", models.F("target")), _connector="OR"
                        ),
                        models.Q(
                            ("nonconformity", None),
                            ("nonconformity__lte", models.F("target")),
                            _connector="OR",
                        ),
                        models.Q(
                            ("alert", None),
                            ("nonconformity", None),
                            ("nonconformity__lte", models.F("alert")),
                            _connector="OR",
                        ),
                    ),
                    models.Q(
                        ("sign__in", ["<=", "<"]),
                        models.Q(
                            ("alert", None), ("alert__gte", models.F("target")), _connector="OR"
                        ),
                        models.Q(
                            ("nonconformity", None),
                            ("nonconformity__gte", models.F("target")),
                            _connector="OR",
                        ),
                        models.Q(
                            ("alert", None),
                            ("nonconformity", None),
                            ("nonconformity__gte", models.F("alert")),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="control_line_thresholds_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="controlline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("escalate_after", None), ("escalate_to", None), ("escalation", "NOBODY")
                    ),
                    models.Q(
                        ("escalate_after__gte", 1),
                        ("escalate_after__isnull", False),
                        ("escalate_after__lte", 60),
                        ("escalate_to", None),
                        ("escalation__in", ["QUALITY_MANAGER", "DIRECTOR"]),
                    ),
                    models.Q(
                        ("escalate_after__gte", 1),
                        ("escalate_after__isnull", False),
                        ("escalate_after__lte", 60),
                        ("escalate_to__isnull", False),
                        ("escalation", "PERSON"),
                    ),
                    _connector="OR",
                ),
                name="control_line_escalation_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="controlreminder",
            constraint=models.UniqueConstraint(
                fields=("occurrence", "step", "person"), name="control_reminder_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="controlreminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("step__in", ["REMINDED", "ESCALATED"])),
                name="control_reminder_step_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="controlreminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("days_late__gte", 1)), name="control_reminder_when_late"
            ),
        ),
    ]
