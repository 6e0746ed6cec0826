"""URLs of certification files, audits, evidence, findings and actions."""

from django.urls import path

from audits.views import (
    action_list,
    audits,
    calendars,
    certifications,
    corrective_actions,
    cycle,
    dashboards,
    evidence,
    evidence_add,
    evidence_files,
    evidence_links,
    evidence_list,
    evidence_withdrawal,
    finding_list,
    findings,
    grid,
    plan,
    preparation,
    programmes,
    rating,
    search,
    team,
)

app_name = "audits"
urlpatterns = [
    # home and dashboard
    path("", dashboards.home, name="home"),
    path("tableau-de-bord/<uuid:key>/", dashboards.dashboard, name="dashboard"),
    path("recherche/", search.search, name="search"),
    # certification files
    path("dossiers/", certifications.certifications, name="certifications"),
    path("dossiers/nouveau/", certifications.open_certification, name="open-certification"),
    path("dossiers/<uuid:key>/", certifications.certification, name="certification"),
    path(
        "dossiers/<uuid:key>/modifier/",
        certifications.edit_certification,
        name="edit-certification",
    ),
    path(
        "dossiers/<uuid:key>/rouvrir/",
        certifications.reopen_certification,
        name="reopen-certification",
    ),
    path("dossiers/<uuid:key>/audits/nouveau/", team.start_audit, name="start-audit"),
    # what is left to do before the audit
    path("dossiers/<uuid:key>/preparer/", preparation.prepare, name="prepare"),
    path(
        "dossiers/<uuid:key>/preparer/tableau.csv",
        preparation.preparation_table,
        name="preparation-table",
    ),
    path("dossiers/<uuid:key>/preparer/rappel/", preparation.remind, name="remind"),
    # the cycle, and calendars to subscribe to
    path("dossiers/<uuid:key>/cycle/", cycle.cycle, name="cycle"),
    path("dossiers/<uuid:key>/calendrier/", calendars.subscribe_file, name="subscribe-file"),
    path("compte/calendriers/", calendars.calendars, name="calendars"),
    path("compte/calendriers/nouveau/", calendars.subscribe, name="subscribe"),
    path("compte/calendriers/<uuid:key>/fin/", calendars.revoke, name="revoke-calendar"),
    path("calendrier/<str:secret>.ics", calendars.feed, name="calendar-feed"),
    # audit programmes
    path("programmes/", programmes.programmes, name="programmes"),
    path("programmes/nouveau/", programmes.write_programme, name="write-programme"),
    path("programmes/<uuid:key>/", programmes.programme, name="programme"),
    path("programmes/<uuid:key>/modifier/", programmes.edit_programme, name="edit-programme"),
    path("programmes/<uuid:key>/avancer/", programmes.move_programme, name="move-programme"),
    path("programmes/<uuid:key>/audits/nouveau/", programmes.add_line, name="add-line"),
    path("programmes/<uuid:key>/audits/<int:pk>/", programmes.edit_line, name="edit-line"),
    path(
        "programmes/<uuid:key>/audits/<int:pk>/retirer/", programmes.remove_line, name="remove-line"
    ),
    path("programmes/<uuid:key>/audits/<int:pk>/tenu/", programmes.join_audit, name="join-audit"),
    # audits and the grid
    path("audits/<uuid:key>/", grid.grid, name="grid"),
    path("audits/<uuid:key>/changements/", grid.changes, name="changes"),
    path("audits/<uuid:key>/valider/", audits.validate_audit, name="validate-audit"),
    path("audits/<uuid:key>/exigences/<int:pk>/", grid.requirement, name="requirement"),
    path(
        "audits/<uuid:key>/exigences/<int:pk>/preuves/",
        grid.requirement_evidence,
        name="requirement-evidence",
    ),
    path("audits/<uuid:key>/exigences/<int:pk>/cotation/", rating.rate, name="rate"),
    path("audits/<uuid:key>/exigences/<int:pk>/commentaire/", rating.comment, name="comment"),
    path("audits/<uuid:key>/exigences/<int:pk>/annuler/", rating.undo, name="undo"),
    path("audits/<uuid:key>/exigences/<int:pk>/attribution/", rating.assign, name="assign"),
    path("audits/<uuid:key>/equipe/", team.audit_team, name="audit-team"),
    path("audits/<uuid:key>/equipe/<int:pk>/", team.edit_team_member, name="edit-team-member"),
    path(
        "audits/<uuid:key>/independance/",
        team.declare_independence,
        name="declare-independence",
    ),
    path(
        "audits/<uuid:key>/equipe/<int:pk>/retirer/",
        team.remove_team_member,
        name="remove-team-member",
    ),
    # the plan of an audit
    path("audits/<uuid:key>/plan/", plan.plan, name="plan"),
    path("audits/<uuid:key>/plan/agenda.ics", plan.plan_calendar, name="plan-calendar"),
    path("audits/<uuid:key>/plan/modifier/", plan.edit_plan, name="edit-plan"),
    path("audits/<uuid:key>/plan/creneaux/nouveau/", plan.add_slot, name="add-slot"),
    path("audits/<uuid:key>/plan/creneaux/<int:pk>/", plan.edit_slot, name="edit-slot"),
    path(
        "audits/<uuid:key>/plan/creneaux/<int:pk>/retirer/",
        plan.remove_slot,
        name="remove-slot",
    ),
    path(
        "audits/<uuid:key>/plan/creneaux/<int:pk>/presence/",
        plan.record_meeting,
        name="record-meeting",
    ),
    # evidence
    path("preuves/", evidence_list.evidence_list, name="evidence-list"),
    path(
        "audits/<uuid:key>/exigences/<int:pk>/preuves/ajouter/",
        evidence_add.add_evidence,
        name="add-evidence",
    ),
    path("preuves/<uuid:key>/", evidence.evidence, name="evidence"),
    path("preuves/<uuid:key>/modifier/", evidence.edit_evidence, name="edit-evidence"),
    path(
        "preuves/<uuid:key>/retirer/",
        evidence_withdrawal.withdraw_evidence,
        name="withdraw-evidence",
    ),
    path(
        "preuves/<uuid:key>/remettre/",
        evidence_withdrawal.restore_evidence,
        name="restore-evidence",
    ),
    path("preuves/<uuid:key>/version/", evidence.add_evidence_version, name="add-evidence-version"),
    path("preuves/<uuid:key>/lier/", evidence_links.link_evidence, name="link-evidence"),
    path(
        "preuves/<uuid:key>/liens/<int:pk>/retirer/",
        evidence_links.unlink_evidence,
        name="unlink-evidence",
    ),
    path(
        "preuves/<uuid:key>/fichiers/<int:number>/",
        evidence_files.evidence_file,
        name="evidence-file",
    ),
    path(
        "preuves/<uuid:key>/fichiers/<int:number>/apercu/",
        evidence_files.evidence_preview,
        name="evidence-preview",
    ),
    # findings
    path("constats/", finding_list.finding_list, name="finding-list"),
    path(
        "audits/<uuid:key>/exigences/<int:pk>/constats/nouveau/",
        findings.add_finding,
        name="add-finding",
    ),
    path(
        "audits/<uuid:key>/exigences/<int:pk>/constats/echeances/",
        findings.finding_due_dates,
        name="finding-due-dates",
    ),
    path("constats/<uuid:key>/", findings.finding, name="finding"),
    path("constats/<uuid:key>/modifier/", findings.edit_finding, name="edit-finding"),
    path("constats/<uuid:key>/clore/", findings.close_finding, name="close-finding"),
    path("constats/<uuid:key>/rouvrir/", findings.reopen_finding, name="reopen-finding"),
    # corrective actions
    path("actions/", action_list.action_list, name="action-list"),
    path("constats/<uuid:key>/actions/nouvelle/", corrective_actions.add_action, name="add-action"),
    path("actions/<uuid:key>/", corrective_actions.action, name="action"),
    path("actions/<uuid:key>/modifier/", corrective_actions.edit_action, name="edit-action"),
    path("actions/<uuid:key>/avancer/", corrective_actions.move_action, name="move-action"),
]
