import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from crcaudit.core.triggers import refuse

OF_AUDIT = (
    "(SELECT a.state FROM audits_audit a JOIN audits_assessment s ON s.audit_id = a.id "
    "WHERE s.id = ROW.assessment_id) = 'VALIDATED'"
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_queuedmessage"),
        ("audits", "0027_scorecard"),
        ("engagements", "0007_own_indicators"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SetAsideCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "grain",
                    models.CharField(
                        choices=[
                            ("DAY", "Day"),
                            ("WEEK", "Week"),
                            ("MONTH", "Month"),
                            ("QUARTER", "Quarter"),
                            ("HALF", "Half-year"),
                            ("YEAR", "Year"),
                        ],
                        max_length=7,
                        verbose_name="period",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("ENTERED", "Typed, or from a file"),
                            ("LISTENING", "Listening sessions"),
                            ("CALIBRATION", "Calibration rounds"),
                            ("MYSTERY", "Mystery contacts"),
                            ("CONTROLS", "Internal controls"),
                            ("ACTIONS", "Corrective actions"),
                            ("AUDITS", "Audits"),
                        ],
                        max_length=11,
                        verbose_name="origin",
                    ),
                ),
                ("inputs", models.JSONField(default=dict, verbose_name="inputs")),
                ("found_at", models.DateTimeField(verbose_name="found on")),
            ],
            options={
                "verbose_name": "count set aside",
                "verbose_name_plural": "counts set aside",
            },
        ),
        migrations.CreateModel(
            name="VerdictProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=10, verbose_name="rule")),
                (
                    "level",
                    models.CharField(blank=True, max_length=8, verbose_name="proposed level"),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("PROVEN", "Target proven"),
                            ("OPEN", "Not proven"),
                            ("UNMEASURED", "Not measured"),
                            ("PARTIAL", "Target missed"),
                            ("MISSED", "Target missed beyond the threshold"),
                        ],
                        max_length=10,
                        verbose_name="what the measures say",
                    ),
                ),
                ("day", models.DateField(verbose_name="closed periods before")),
                ("figures", models.JSONField(default=list, verbose_name="figures")),
                ("kept_at", models.DateTimeField(verbose_name="kept on")),
                (
                    "choice",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("RETAINED", "Proposal retained"),
                            ("DEPARTED", "Departs from the proposal"),
                        ],
                        max_length=8,
                        verbose_name="choice",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason of the departure")),
                (
                    "chosen_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="chosen on"),
                ),
            ],
            options={
                "verbose_name": "proposed rating",
                "verbose_name_plural": "proposed ratings",
            },
        ),
        migrations.AddField(
            model_name="measurement",
            name="origin",
            field=models.CharField(
                choices=[
                    ("ENTERED", "Typed, or from a file"),
                    ("LISTENING", "Listening sessions"),
                    ("CALIBRATION", "Calibration rounds"),
                    ("MYSTERY", "Mystery contacts"),
                    ("CONTROLS", "Internal controls"),
                    ("ACTIONS", "Corrective actions"),
                    ("AUDITS", "Audits"),
                ],
                default="ENTERED",
                max_length=11,
                verbose_name="origin",
            ),
        ),
        migrations.AlterField(
            model_name="measurement",
            name="recorded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="recorded by",
            ),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "origin__in",
                        [
                            "ENTERED",
                            "LISTENING",
                            "CALIBRATION",
                            "MYSTERY",
                            "CONTROLS",
                            "ACTIONS",
                            "AUDITS",
                        ],
                    )
                ),
                name="measurement_origin_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="measurement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("origin", "ENTERED"), ("recorded_by__isnull", False)),
                    models.Q(
                        models.Q(("origin", "ENTERED"), _negated=True),
                        ("recorded_by", None),
                        ("source", None),
                    ),
                    _connector="OR",
                ),
                name="measurement_entered_iff_by",
            ),
        ),
        migrations.AddField(
            model_name="setasidecount",
            name="indicator",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="engagements.indicator",
                verbose_name="indicator",
            ),
        ),
        migrations.AddField(
            model_name="setasidecount",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AddField(
            model_name="setasidecount",
            name="place",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="counts_set_aside",
                to="audits.measuringplace",
                verbose_name="place of measure",
            ),
        ),
        migrations.AddField(
            model_name="verdictproposal",
            name="assessment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proposal",
                to="audits.assessment",
                verbose_name="assessment",
            ),
        ),
        migrations.AddField(
            model_name="verdictproposal",
            name="chosen_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="chosen by",
            ),
        ),
        migrations.AddIndex(
            model_name="setasidecount",
            index=models.Index(fields=["organisation", "place"], name="set_aside_by_place"),
        ),
        migrations.AddConstraint(
            model_name="setasidecount",
            constraint=models.UniqueConstraint(
                fields=("indicator", "place", "grain", "starts_on"), name="set_aside_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="setasidecount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("grain__in", ["DAY", "WEEK", "MONTH", "QUARTER", "HALF", "YEAR"])
                ),
                name="set_aside_grain_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="setasidecount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "origin__in",
                        [
                            "ENTERED",
                            "LISTENING",
                            "CALIBRATION",
                            "MYSTERY",
                            "CONTROLS",
                            "ACTIONS",
                            "AUDITS",
                        ],
                    ),
                    models.Q(("origin", "ENTERED"), _negated=True),
                ),
                name="set_aside_origin_counted",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdictproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ["PROVEN", "OPEN", "UNMEASURED", "PARTIAL", "MISSED"])
                ),
                name="proposal_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdictproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("choice", ""), ("chosen_at", None), ("chosen_by", None), ("reason", "")
                    ),
                    models.Q(
                        ("choice__in", ["RETAINED", "DEPARTED"]),
                        ("chosen_at__isnull", False),
                        ("chosen_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="proposal_chosen_iff_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdictproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("choice", "DEPARTED"), models.Q(("reason", ""), _negated=True)),
                    models.Q(models.Q(("choice", "DEPARTED"), _negated=True), ("reason", "")),
                    _connector="OR",
                ),
                name="proposal_departure_has_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdictproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("choice", ""), models.Q(("level", ""), _negated=True), _connector="OR"
                ),
                name="proposal_choice_of_a_level",
            ),
        ),
        # Last: a table that is rebuilt loses its triggers on SQLite.
        refuse(
            "verdict_proposal_frozen",
            table="audits_verdictproposal",
            events="INSERT UPDATE DELETE",
            when=OF_AUDIT,
            message="A validated audit cannot change.",
        ),
    ]
