import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models
from django.db.models import F

from crcaudit.core.triggers import lift, refuse, refuse_other_moves, suspended

OF_AUDIT = "(SELECT a.state FROM audits_audit a WHERE a.id = ROW.audit_id) = 'VALIDATED'"
FOUND = ("title", "required", "found", "consequence", "grade_id", "assessment_id", "found_date")
FROZEN = {
    "table": "audits_finding",
    "events": "UPDATE",
    "message": "A validated audit cannot change.",
}
# The scheme may make a finding worse, once; its first grade stays written beside.
ESCALATED = (
    "(OLD.escalated_at IS NULL AND NEW.escalated_at IS NOT NULL "
    "AND NEW.first_grade_id = OLD.grade_id)"
)
WORDS = " OR ".join(f"NEW.{name} <> OLD.{name}" for name in FOUND if name != "grade_id")


def open_to_presented(apps, editor):
    findings = apps.get_model("audits", "Finding").objects.using(editor.connection.alias)
    findings.update(presented_at=F("created_at"))
    findings.filter(state="OPEN").update(state="PRESENTED")


def presented_to_open(apps, editor):
    findings = apps.get_model("audits", "Finding").objects.using(editor.connection.alias)
    findings.exclude(state="CLOSED").update(state="OPEN")


class Migration(migrations.Migration):
    dependencies = [
        ("audits", "0006_team_access"),
        ("engagements", "0004_scheme_escalation"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *suspended(
            migrations.CreateModel(
                name="FindingAnswer",
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
                    ("sent_at", models.DateTimeField(verbose_name="sent on")),
                    (
                        "opinion",
                        models.CharField(
                            blank=True,
                            choices=[("ACCEPTED", "Accepted"), ("REFUSED", "Refused")],
                            max_length=8,
                            verbose_name="opinion",
                        ),
                    ),
                    (
                        "opinion_reason",
                        models.TextField(blank=True, verbose_name="reason of the opinion"),
                    ),
                    (
                        "opinion_at",
                        models.DateTimeField(blank=True, null=True, verbose_name="judged on"),
                    ),
                    ("correction", models.TextField(verbose_name="immediate correction")),
                    (
                        "corrected_on",
                        models.DateField(blank=True, null=True, verbose_name="corrected on"),
                    ),
                    ("extent", models.TextField(verbose_name="extent")),
                    (
                        "cause_method",
                        models.CharField(
                            choices=[
                                ("FIVE_WHYS", "5 whys"),
                                ("ISHIKAWA", "Ishikawa"),
                                ("OTHER", "Other method"),
                            ],
                            max_length=9,
                            verbose_name="method",
                        ),
                    ),
                    ("cause_steps", models.JSONField(default=list, verbose_name="analysis")),
                    ("root_cause", models.TextField(verbose_name="root cause")),
                ],
                options={
                    "verbose_name": "answer to a finding",
                    "verbose_name_plural": "answers to findings",
                    "ordering": ("number",),
                    "abstract": False,
                },
            ),
            migrations.CreateModel(
                name="FindingProof",
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
                    ("sent_at", models.DateTimeField(verbose_name="sent on")),
                    (
                        "opinion",
                        models.CharField(
                            blank=True,
                            choices=[("ACCEPTED", "Accepted"), ("REFUSED", "Refused")],
                            max_length=8,
                            verbose_name="opinion",
                        ),
                    ),
                    (
                        "opinion_reason",
                        models.TextField(blank=True, verbose_name="reason of the opinion"),
                    ),
                    (
                        "opinion_at",
                        models.DateTimeField(blank=True, null=True, verbose_name="judged on"),
                    ),
                    ("statement", models.TextField(verbose_name="what the proof shows")),
                ],
                options={
                    "verbose_name": "proof",
                    "verbose_name_plural": "proofs",
                    "ordering": ("number",),
                    "abstract": False,
                },
            ),
            migrations.RemoveConstraint(
                model_name="finding",
                name="finding_state_known",
            ),
            migrations.RemoveConstraint(
                model_name="finding",
                name="finding_closed_iff_dated",
            ),
            migrations.AddField(
                model_name="audit",
                name="critical_is_major",
                field=models.BooleanField(
                    default=True, verbose_name="a gap on a critical requirement is always major"
                ),
            ),
            migrations.AddField(
                model_name="audit",
                name="minor_becomes_major",
                field=models.BooleanField(
                    default=False, verbose_name="a minor not closed in time becomes major"
                ),
            ),
            migrations.AddField(
                model_name="audit",
                name="minors_per_major",
                field=models.PositiveSmallIntegerField(
                    blank=True, null=True, verbose_name="open minors that amount to one major"
                ),
            ),
            migrations.AddField(
                model_name="finding",
                name="accepted_at",
                field=models.DateTimeField(
                    blank=True, null=True, verbose_name="answer accepted on"
                ),
            ),
            migrations.AddField(
                model_name="finding",
                name="answer_due",
                field=models.DateField(blank=True, null=True, verbose_name="answer due on"),
            ),
            migrations.AddField(
                model_name="finding",
                name="answered_at",
                field=models.DateTimeField(blank=True, null=True, verbose_name="answered on"),
            ),
            migrations.AddField(
                model_name="finding",
                name="escalated_at",
                field=models.DateTimeField(blank=True, null=True, verbose_name="made worse on"),
            ),
            migrations.AddField(
                model_name="finding",
                name="escalation",
                field=models.CharField(
                    blank=True,
                    choices=[("OVERDUE", "not closed in time")],
                    max_length=8,
                    verbose_name="why it was made worse",
                ),
            ),
            migrations.AddField(
                model_name="finding",
                name="first_grade",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="engagements.findinggrade",
                    verbose_name="grade as written",
                ),
            ),
            migrations.AddField(
                model_name="finding",
                name="page",
                field=models.PositiveIntegerField(
                    blank=True, null=True, verbose_name="page of the evidence"
                ),
            ),
            migrations.AddField(
                model_name="finding",
                name="position",
                field=models.CharField(
                    blank=True,
                    choices=[
                        ("AGREED", "Agreed"),
                        ("RESERVED", "Agreed with reservations"),
                        ("DISPUTED", "Disputed"),
                    ],
                    max_length=8,
                    verbose_name="position of the auditee",
                ),
            ),
            migrations.AddField(
                model_name="finding",
                name="position_at",
                field=models.DateTimeField(blank=True, null=True, verbose_name="position given on"),
            ),
            migrations.AddField(
                model_name="finding",
                name="position_by",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="position given by",
                ),
            ),
            migrations.AddField(
                model_name="finding",
                name="position_comment",
                field=models.TextField(blank=True, verbose_name="reason of the position"),
            ),
            migrations.AddField(
                model_name="finding",
                name="presented_at",
                field=models.DateTimeField(blank=True, null=True, verbose_name="presented on"),
            ),
            migrations.AddField(
                model_name="finding",
                name="proven_at",
                field=models.DateTimeField(blank=True, null=True, verbose_name="proof brought on"),
            ),
            migrations.AddField(
                model_name="finding",
                name="recurs",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="returns",
                    to="audits.finding",
                    verbose_name="earlier finding",
                ),
            ),
            migrations.AlterField(
                model_name="finding",
                name="state",
                field=models.CharField(
                    choices=[
                        ("DRAFT", "Draft"),
                        ("PRESENTED", "Presented"),
                        ("ANSWERED", "Answered"),
                        ("ACCEPTED", "Answer accepted"),
                        ("PROVEN", "Proof brought"),
                        ("CLOSED", "Closed"),
                    ],
                    default="DRAFT",
                    max_length=9,
                    verbose_name="state",
                ),
            ),
            migrations.RunPython(open_to_presented, presented_to_open),
            migrations.AddConstraint(
                model_name="finding",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        (
                            "state__in",
                            ["DRAFT", "PRESENTED", "ANSWERED", "ACCEPTED", "PROVEN", "CLOSED"],
                        )
                    ),
                    name="finding_state_known",
                ),
            ),
            migrations.AddConstraint(
                model_name="finding",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("closed_at__isnull", False),
                            ("presented_at__isnull", False),
                            ("state", "CLOSED"),
                            ("closed_by__isnull", False),
                        ),
                        models.Q(
                            ("accepted_at__isnull", True),
                            ("answered_at__isnull", True),
                            ("closed_at__isnull", True),
                            ("closed_by", None),
                            ("presented_at__isnull", True),
                            ("proven_at__isnull", True),
                            ("state", "DRAFT"),
                        ),
                        models.Q(
                            ("accepted_at__isnull", True),
                            ("answered_at__isnull", True),
                            ("closed_at__isnull", True),
                            ("closed_by", None),
                            ("presented_at__isnull", False),
                            ("proven_at__isnull", True),
                            ("state", "PRESENTED"),
                        ),
                        models.Q(
                            ("accepted_at__isnull", True),
                            ("answered_at__isnull", False),
                            ("closed_at__isnull", True),
                            ("closed_by", None),
                            ("presented_at__isnull", False),
                            ("proven_at__isnull", True),
                            ("state", "ANSWERED"),
                        ),
                        models.Q(
                            ("accepted_at__isnull", False),
                            ("answered_at__isnull", False),
                            ("closed_at__isnull", True),
                            ("closed_by", None),
                            ("presented_at__isnull", False),
                            ("proven_at__isnull", True),
                            ("state", "ACCEPTED"),
                        ),
                        models.Q(
                            ("accepted_at__isnull", False),
                            ("answered_at__isnull", False),
                            ("closed_at__isnull", True),
                            ("closed_by", None),
                            ("presented_at__isnull", False),
                            ("proven_at__isnull", False),
                            ("state", "PROVEN"),
                        ),
                        _connector="OR",
                    ),
                    name="finding_state_dated",
                ),
            ),
            migrations.AddConstraint(
                model_name="finding",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("accepted_at", None), ("proven_at", None)),
                        models.Q(("accepted_at__isnull", False), ("answered_at__isnull", False)),
                        _connector="OR",
                    ),
                    name="finding_proof_after_answer",
                ),
            ),
            migrations.AddConstraint(
                model_name="finding",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("escalated_at", None), ("escalation", ""), ("first_grade", None)),
                        models.Q(
                            ("escalated_at__isnull", False),
                            ("first_grade__isnull", False),
                            ("escalation__in", ["OVERDUE"]),
                        ),
                        _connector="OR",
                    ),
                    name="finding_escalated_iff_dated",
                ),
            ),
            migrations.AddConstraint(
                model_name="finding",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("position", ""),
                            ("position_at", None),
                            ("position_by", None),
                            ("position_comment", ""),
                        ),
                        models.Q(
                            ("position__in", ["AGREED", "RESERVED", "DISPUTED"]),
                            ("position_at__isnull", False),
                            ("position_by__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="finding_position_iff_dated",
                ),
            ),
            migrations.AddConstraint(
                model_name="finding",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        ("position__in", ["", "AGREED"]),
                        models.Q(("position_comment", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="finding_disagreement_has_reason",
                ),
            ),
            migrations.AddConstraint(
                model_name="finding",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        ("recurs", None),
                        models.Q(("recurs", models.F("id")), _negated=True),
                        _connector="OR",
                    ),
                    name="finding_not_its_own_return",
                ),
            ),
            migrations.AddField(
                model_name="findinganswer",
                name="finding",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="answers",
                    to="audits.finding",
                    verbose_name="finding",
                ),
            ),
            migrations.AddField(
                model_name="findinganswer",
                name="opinion_by",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="judged by",
                ),
            ),
            migrations.AddField(
                model_name="findinganswer",
                name="sent_by",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="sent by",
                ),
            ),
            migrations.AddField(
                model_name="findingproof",
                name="evidence",
                field=models.ManyToManyField(
                    blank=True, related_name="proves", to="audits.evidence", verbose_name="evidence"
                ),
            ),
            migrations.AddField(
                model_name="findingproof",
                name="finding",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="proofs",
                    to="audits.finding",
                    verbose_name="finding",
                ),
            ),
            migrations.AddField(
                model_name="findingproof",
                name="opinion_by",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="judged by",
                ),
            ),
            migrations.AddField(
                model_name="findingproof",
                name="sent_by",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to=settings.AUTH_USER_MODEL,
                    verbose_name="sent by",
                ),
            ),
            migrations.AddConstraint(
                model_name="findinganswer",
                constraint=models.UniqueConstraint(
                    fields=("finding", "number"), name="findinganswer_number_unique"
                ),
            ),
            migrations.AddConstraint(
                model_name="findinganswer",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("opinion", ""),
                            ("opinion_at", None),
                            ("opinion_by", None),
                            ("opinion_reason", ""),
                        ),
                        models.Q(
                            ("opinion__in", ["ACCEPTED", "REFUSED"]),
                            ("opinion_at__isnull", False),
                            ("opinion_by__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="findinganswer_judged_iff_dated",
                ),
            ),
            migrations.AddConstraint(
                model_name="findinganswer",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("opinion", "REFUSED"), _negated=True),
                        models.Q(("opinion_reason", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="findinganswer_refused_with_reason",
                ),
            ),
            migrations.AddConstraint(
                model_name="findinganswer",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        ("opinion_by", None),
                        models.Q(("opinion_by", models.F("sent_by")), _negated=True),
                        _connector="OR",
                    ),
                    name="findinganswer_not_judged_by_sender",
                ),
            ),
            migrations.AddConstraint(
                model_name="findinganswer",
                constraint=models.CheckConstraint(
                    condition=models.Q(("cause_method__in", ["FIVE_WHYS", "ISHIKAWA", "OTHER"])),
                    name="findinganswer_method_known",
                ),
            ),
            migrations.AddConstraint(
                model_name="findingproof",
                constraint=models.UniqueConstraint(
                    fields=("finding", "number"), name="findingproof_number_unique"
                ),
            ),
            migrations.AddConstraint(
                model_name="findingproof",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("opinion", ""),
                            ("opinion_at", None),
                            ("opinion_by", None),
                            ("opinion_reason", ""),
                        ),
                        models.Q(
                            ("opinion__in", ["ACCEPTED", "REFUSED"]),
                            ("opinion_at__isnull", False),
                            ("opinion_by__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="findingproof_judged_iff_dated",
                ),
            ),
            migrations.AddConstraint(
                model_name="findingproof",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("opinion", "REFUSED"), _negated=True),
                        models.Q(("opinion_reason", ""), _negated=True),
                        _connector="OR",
                    ),
                    name="findingproof_refused_with_reason",
                ),
            ),
            migrations.AddConstraint(
                model_name="findingproof",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        ("opinion_by", None),
                        models.Q(("opinion_by", models.F("sent_by")), _negated=True),
                        _connector="OR",
                    ),
                    name="findingproof_not_judged_by_sender",
                ),
            ),
            tables=["audits_finding", "audits_audit"],
        ),
        lift(
            "finding_frozen",
            when=f"{OF_AUDIT} AND (" + " OR ".join(f"NEW.{n} <> OLD.{n}" for n in FOUND) + ")",
            **FROZEN,
        ),
        refuse(
            "finding_frozen",
            when=f"{OF_AUDIT} AND ({WORDS} OR (NEW.grade_id <> OLD.grade_id AND NOT {ESCALATED}))",
            **FROZEN,
        ),
        refuse_other_moves(
            "finding_moves",
            table="audits_finding",
            moves=[
                ("DRAFT", "PRESENTED"),
                ("PRESENTED", "ANSWERED"),
                ("PRESENTED", "CLOSED"),
                ("ANSWERED", "ACCEPTED"),
                ("ANSWERED", "PRESENTED"),
                ("ACCEPTED", "PROVEN"),
                ("ACCEPTED", "CLOSED"),
                ("PROVEN", "CLOSED"),
                ("PROVEN", "ACCEPTED"),
                ("CLOSED", "PRESENTED"),
                ("CLOSED", "ACCEPTED"),
            ],
            message="This change of state of a finding is not allowed.",
        ),
        refuse_other_moves(
            "action_moves",
            table="audits_correctiveaction",
            moves=[
                ("PLANNED", "IN_PROGRESS"),
                ("PLANNED", "DONE"),
                ("PLANNED", "CANCELLED"),
                ("IN_PROGRESS", "DONE"),
                ("IN_PROGRESS", "CANCELLED"),
                ("DONE", "VERIFIED"),
                ("DONE", "IN_PROGRESS"),
                ("CANCELLED", "PLANNED"),
            ],
            message="This change of state of an action is not allowed.",
        ),
        *(
            step
            for name in ("findinganswer", "findingproof")
            for step in (
                refuse(
                    f"{name}_judged_once",
                    table=f"audits_{name}",
                    events="UPDATE",
                    when="OLD.opinion <> '' OR NEW.finding_id <> OLD.finding_id "
                    "OR NEW.sent_by_id <> OLD.sent_by_id",
                    message="An answer is judged once.",
                ),
                refuse(
                    f"{name}_kept",
                    table=f"audits_{name}",
                    events="DELETE",
                    when="1=1",
                    message="An answer is never removed.",
                ),
            )
        ),
    ]
