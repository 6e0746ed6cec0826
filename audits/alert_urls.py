"""URLs of alerts and internal complaints, part of `audits.urls`."""

from django.urls import path

from audits.views import (
    alert_rules,
    alerts,
    complaint_actions,
    complaint_steps,
    complaints,
    supervision,
)

_ONE = "reclamations-internes/<uuid:key>/"

urlpatterns = [
    path("alertes/", alerts.alerts, name="alerts"),
    path("alertes/tableau.csv", alerts.alert_table, name="alert-table"),
    path("alertes/regles/<uuid:key>/", alert_rules.alert_rules, name="alert-rules"),
    path("alertes/regles/<uuid:key>/ecrire/", alert_rules.write_rule, name="write-alert-rule"),
    path("alertes/regle/<uuid:key>/", alert_rules.alert_rule, name="alert-rule"),
    path("alertes/regle/<uuid:key>/retirer/", alert_rules.remove_rule, name="remove-alert-rule"),
    path(
        "reclamations-internes/ouvrir/<uuid:key>/",
        complaint_steps.open_complaint,
        name="open-complaint",
    ),
    path(_ONE, complaints.complaint, name="complaint"),
    path(f"{_ONE}commenter/", complaints.comment, name="comment-complaint"),
    path(f"{_ONE}plan/", complaint_steps.write_plan, name="plan-complaint"),
    path(f"{_ONE}commencer/", complaint_steps.start_plan, name="start-complaint"),
    path(f"{_ONE}confier/", complaint_steps.assign, name="assign-complaint"),
    path(f"{_ONE}cloturer/", complaint_steps.close, name="close-complaint"),
    path(f"{_ONE}reprendre/", complaint_steps.reopen, name="reopen-complaint"),
    path(f"{_ONE}actions/", complaint_actions.add_action, name="add-complaint-action"),
    path(f"{_ONE}actions/<int:pk>/", complaint_actions.edit_action, name="edit-complaint-action"),
    path(
        f"{_ONE}actions/<int:pk>/faite/",
        complaint_actions.finish_action,
        name="finish-complaint-action",
    ),
    path(
        f"{_ONE}actions/<int:pk>/reprendre/",
        complaint_actions.take_up_action,
        name="take-up-complaint-action",
    ),
    path("supervision/<uuid:key>/", supervision.supervision, name="supervision"),
]
