"""URLs of internal control plans and of their controls."""

from django.urls import path

from audits.views.controls import entry, lines, month, plans, results

FILE = "dossiers/<uuid:key>/controles/"

urlpatterns = [
    path("controles/", month.controls, name="controls"),
    path("controles/calendrier/", month.subscribe_controls, name="subscribe-controls"),
    path(FILE, month.control_month, name="control-month"),
    path(f"{FILE}responsables/", month.control_people, name="control-people"),
    path(f"{FILE}resultats/", results.control_results, name="control-results"),
    path(f"{FILE}resultats.csv", results.control_results_table, name="control-results-table"),
    path(f"{FILE}evenement/", entry.plan_control_event, name="plan-control-event"),
    # lines and versions
    path(f"{FILE}lignes/", lines.control_lines, name="control-lines"),
    path(f"{FILE}lignes.csv", lines.control_lines_table, name="control-lines-table"),
    path(f"{FILE}lignes/nouvelle/", lines.add_control_line, name="add-control-line"),
    path(f"{FILE}lignes/<int:pk>/", lines.control_line, name="control-line"),
    path(f"{FILE}lignes/<int:pk>/modifier/", lines.edit_control_line, name="edit-control-line"),
    path(f"{FILE}lignes/<int:pk>/retirer/", lines.remove_control_line, name="remove-control-line"),
    path(
        f"{FILE}lignes/<int:pk>/remettre/",
        lines.restore_control_line,
        name="restore-control-line",
    ),
    path(f"{FILE}version/nouvelle/", plans.begin_control_plan, name="begin-control-plan"),
    path(f"{FILE}version/", plans.control_draft, name="control-draft"),
    path(f"{FILE}version/soumettre/", plans.submit_control_plan, name="submit-control-plan"),
    path(f"{FILE}version/approuver/", plans.approve_control_plan, name="approve-control-plan"),
    # one control
    path("controles/<uuid:key>/", entry.control, name="control"),
    path("controles/<uuid:key>/resultat/", entry.record_control, name="record-control"),
    path("controles/<uuid:key>/verdict/", entry.judge_control, name="judge-control"),
    path(
        "controles/<uuid:key>/enregistrement/",
        entry.add_control_record,
        name="add-control-record",
    ),
    path("controles/<uuid:key>/remplacer/", entry.hand_over_control, name="hand-over-control"),
    path("controles/<uuid:key>/annuler/", entry.cancel_control, name="cancel-control"),
]
