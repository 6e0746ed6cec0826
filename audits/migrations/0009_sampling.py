import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from crcaudit.core.triggers import refuse

MESSAGE = "A validated audit cannot change."
DRAWN = "A sample that is drawn cannot change."
OF_AUDIT = "(SELECT a.state FROM audits_audit a WHERE a.id = ROW.audit_id) = 'VALIDATED'"
OF_ITEM = (
    "(SELECT a.state FROM audits_audit a JOIN audits_sample s ON s.audit_id = a.id "
    "WHERE s.id = ROW.sample_id) = 'VALIDATED'"
)
STATE_OF_ITEM = "(SELECT s.state FROM audits_sample s WHERE s.id = ROW.sample_id)"
# Everything that somebody needs to draw again; a missing value counts as one.
KEPT = (
    *("audit_id", "number", "subject", "title", "counted", "source", "population"),
    *("population_size", "method", "rule", "size", "chosen", "central", "seed", "algorithm"),
    *("population_hash", "drawn_at", "drawn_by_id", "reason", "created_at", "created_by_id"),
)
KEPT_OR_NONE = ("assessment_id", "confidence", "margin", "target", "replaces_id")
KEPT_OF_ITEM = ("sample_id", "rank", "position", "label", "stratum", "is_chosen")


def changed(names, or_none=()):
    """SQL: one of these columns changes."""
    return " OR ".join(
        [
            *(f"NEW.{name} <> OLD.{name}" for name in names),
            *(f"COALESCE(NEW.{name}, -1) <> COALESCE(OLD.{name}, -1)" for name in or_none),
        ]
    )


class Migration(migrations.Migration):
    dependencies = [
        ("audits", "0008_evidence_review"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Sample",
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
                ("number", models.PositiveIntegerField(verbose_name="number")),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("UNITS", "Files, contacts or records"),
                            ("SITES", "Sites to visit"),
                        ],
                        default="UNITS",
                        max_length=5,
                        verbose_name="subject",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("counted", models.TextField(blank=True, verbose_name="what is conform")),
                ("source", models.TextField(verbose_name="population")),
                ("population", models.JSONField(default=list, verbose_name="list")),
                (
                    "population_size",
                    models.PositiveIntegerField(verbose_name="size of the population"),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("SIMPLE", "Simple random"),
                            ("SYSTEMATIC", "Systematic"),
                            ("STRATIFIED", "Stratified, in proportion"),
                            ("EVERYTHING", "Everything"),
                            ("JUDGEMENT", "Chosen by the auditor"),
                        ],
                        max_length=10,
                        verbose_name="method",
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("INITIAL", "Initial audit: √n"),
                            ("SURVEILLANCE", "Surveillance audit: 0.6 √n"),
                            ("RENEWAL", "Renewal audit: 0.8 √n"),
                        ],
                        max_length=12,
                        verbose_name="rule for sites",
                    ),
                ),
                (
                    "confidence",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="confidence (%)"
                    ),
                ),
                (
                    "margin",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="margin (points)"
                    ),
                ),
                (
                    "target",
                    models.DecimalField(
                        blank=True,
                        decimal_places=1,
                        max_digits=4,
                        null=True,
                        verbose_name="target (%)",
                    ),
                ),
                ("size", models.PositiveIntegerField(verbose_name="size of the sample")),
                ("chosen", models.JSONField(default=list, verbose_name="chosen units")),
                (
                    "central",
                    models.CharField(blank=True, max_length=120, verbose_name="central function"),
                ),
                ("seed", models.CharField(blank=True, max_length=64, verbose_name="seed")),
                (
                    "algorithm",
                    models.CharField(blank=True, max_length=10, verbose_name="algorithm"),
                ),
                (
                    "population_hash",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="hash of the population"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "To be drawn"),
                            ("DRAWN", "Drawn"),
                            ("CONCLUDED", "Concluded"),
                        ],
                        default="DRAFT",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason for another draw")),
                ("created_at", models.DateTimeField(verbose_name="prepared on")),
                ("drawn_at", models.DateTimeField(blank=True, null=True, verbose_name="drawn on")),
                (
                    "concluded_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="concluded on"),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "assessment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples",
                        to="audits.assessment",
                        verbose_name="requirement",
                    ),
                ),
                (
                    "audit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples",
                        to="audits.audit",
                        verbose_name="audit",
                    ),
                ),
                (
                    "concluded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="concluded by",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="prepared by",
                    ),
                ),
                (
                    "drawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="drawn by",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="audits.sample",
                        verbose_name="replaces",
                    ),
                ),
            ],
            options={
                "verbose_name": "sample",
                "verbose_name_plural": "samples",
            },
        ),
        migrations.CreateModel(
            name="SampleItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rank", models.PositiveIntegerField(verbose_name="rank")),
                ("position", models.PositiveIntegerField(verbose_name="place in the population")),
                ("label", models.CharField(max_length=120, verbose_name="unit")),
                ("stratum", models.CharField(blank=True, max_length=60, verbose_name="stratum")),
                (
                    "is_chosen",
                    models.BooleanField(default=False, verbose_name="chosen by the auditor"),
                ),
                (
                    "result",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("CONFORM", "Conform"),
                            ("NOT_CONFORM", "Not conform"),
                            ("NOT_ASSESSABLE", "Cannot be assessed"),
                        ],
                        max_length=14,
                        verbose_name="result",
                    ),
                ),
                ("comment", models.TextField(blank=True, verbose_name="comment")),
                (
                    "recorded_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="recorded on"),
                ),
                ("version", models.PositiveIntegerField(default=1, verbose_name="version")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="audits.sample",
                        verbose_name="sample",
                    ),
                ),
            ],
            options={
                "verbose_name": "unit of a sample",
                "verbose_name_plural": "units of a sample",
            },
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.UniqueConstraint(
                fields=("audit", "number"), name="sample_number_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("subject__in", ["UNITS", "SITES"])), name="sample_subject_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "method__in",
                        ["SIMPLE", "SYSTEMATIC", "STRATIFIED", "EVERYTHING", "JUDGEMENT"],
                    )
                ),
                name="sample_method_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("rule__in", ["INITIAL", "SURVEILLANCE", "RENEWAL"]), ("subject", "SITES")
                    ),
                    models.Q(
                        ("central", ""),
                        ("rule", ""),
                        ("subject", "UNITS"),
                        models.Q(("counted", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="sample_rule_iff_sites",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "DRAFT"),
                        ("algorithm", ""),
                        ("drawn_at", None),
                        ("drawn_by", None),
                        ("population_hash", ""),
                        ("seed", ""),
                        ("concluded_at", None),
                        ("concluded_by", None),
                    ),
                    models.Q(
                        ("state", "DRAWN"),
                        ("drawn_at__isnull", False),
                        ("drawn_by__isnull", False),
                        models.Q(
                            ("seed", ""),
                            ("algorithm", ""),
                            ("population_hash", ""),
                            _connector="OR",
                            _negated=True,
                        ),
                        ("concluded_at", None),
                        ("concluded_by", None),
                    ),
                    models.Q(
                        ("state", "CONCLUDED"),
                        ("drawn_at__isnull", False),
                        ("drawn_by__isnull", False),
                        models.Q(
                            ("seed", ""),
                            ("algorithm", ""),
                            ("population_hash", ""),
                            _connector="OR",
                            _negated=True,
                        ),
                        ("concluded_at__isnull", False),
                        ("concluded_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="sample_state_iff_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gte", 1), ("size__lte", models.F("population_size"))),
                name="sample_size_possible",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("target", None),
                    models.Q(("target__gte", 0), ("target__lte", 100)),
                    _connector="OR",
                ),
                name="sample_target_is_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), ("replaces", None)),
                    models.Q(("replaces__isnull", False), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="sample_replaces_iff_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="sampleitem",
            index=models.Index(fields=["sample", "result"], name="sample_item_results"),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.UniqueConstraint(fields=("sample", "rank"), name="sample_item_rank"),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.UniqueConstraint(
                fields=("sample", "position"), name="sample_item_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("result", ""),
                    ("result__in", ["CONFORM", "NOT_CONFORM", "NOT_ASSESSABLE"]),
                    _connector="OR",
                ),
                name="sample_item_result_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("comment", ""),
                        ("recorded_at", None),
                        ("recorded_by", None),
                        ("result", ""),
                    ),
                    models.Q(("recorded_at__isnull", False), ("recorded_by__isnull", False)),
                    _connector="OR",
                ),
                name="sample_item_recorded_iff_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="sampleitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("result", "NOT_ASSESSABLE"), _negated=True),
                    models.Q(("comment", ""), _negated=True),
                    _connector="OR",
                ),
                name="sample_item_not_assessable_says_why",
            ),
        ),
        refuse(
            "sample_frozen",
            table="audits_sample",
            events="INSERT UPDATE DELETE",
            when=OF_AUDIT,
            message=MESSAGE,
        ),
        refuse(
            "sample_kept",
            table="audits_sample",
            events="DELETE",
            when="OLD.state <> 'DRAFT'",
            message=DRAWN,
        ),
        refuse(
            "sample_drawn",
            table="audits_sample",
            events="UPDATE",
            when="OLD.state <> 'DRAFT' AND (NEW.state = 'DRAFT' OR "
            + changed(KEPT, KEPT_OR_NONE)
            + ")",
            message=DRAWN,
        ),
        refuse(
            "sample_skipped",
            table="audits_sample",
            events="UPDATE",
            when="OLD.state = 'DRAFT' AND NEW.state = 'CONCLUDED'",
            message="A sample is drawn before it is concluded.",
        ),
        refuse(
            "sample_item_kept",
            table="audits_sampleitem",
            events="INSERT DELETE",
            when=f"{STATE_OF_ITEM} <> 'DRAFT'",
            message=DRAWN,
        ),
        refuse(
            "sample_item_drawn",
            table="audits_sampleitem",
            events="UPDATE",
            when=changed(KEPT_OF_ITEM),
            message=DRAWN,
        ),
        refuse(
            "sample_item_frozen",
            table="audits_sampleitem",
            events="UPDATE",
            when=f"{OF_ITEM} OR {STATE_OF_ITEM} <> 'DRAWN'",
            message="The results of this sample cannot change.",
        ),
    ]
