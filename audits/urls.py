"""URLs of certification files, audits, evidence, findings and actions."""

from django.urls import path

from audits import request_urls, sharing_urls
from audits.views import (
    action_list,
    assignment,
    audits,
    calendars,
    certifications,
    comparison,
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
    finding_steps,
    findings,
    grid,
    movement,
    plan,
    preparation,
    programmes,
    rating,
    review,
    sample_record,
    sample_steps,
    samples,
    search,
    simulation,
    team,
    workbook,
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
    *sharing_urls.urlpatterns,
    # what is left to do before the audit
    path("dossiers/<uuid:key>/preparer/", preparation.prepare, name="prepare"),
    path(
        "dossiers/<uuid:key>/preparer/tableau.csv",
        preparation.preparation_table,
        name="preparation-table",
    ),
    path("dossiers/<uuid:key>/preparer/rappel/", preparation.remind, name="remind"),
    # movement of the gap: two audits, where it is heading, what if, what first
    path("dossiers/<uuid:key>/comparer/", comparison.compare, name="compare"),
    path(
        "dossiers/<uuid:key>/comparer/tableau.csv",
        comparison.comparison_table,
        name="comparison-table",
    ),
    path("dossiers/<uuid:key>/evolution/", movement.evolution, name="evolution"),
    path("dossiers/<uuid:key>/priorites/", movement.priorities, name="priorities"),
    path("dossiers/<uuid:key>/simulation/", simulation.simulate, name="simulation"),
    path(
        "dossiers/<uuid:key>/simulation/enregistrer/",
        simulation.save_scenario,
        name="save-scenario",
    ),
    path("scenarios/<uuid:key>/", simulation.scenario, name="scenario"),
    path("scenarios/<uuid:key>/enregistrer/", simulation.change_scenario, name="change-scenario"),
    path("scenarios/<uuid:key>/supprimer/", simulation.delete_scenario, name="delete-scenario"),
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
    path(
        "audits/<uuid:key>/exigences/<int:pk>/depuis/",
        grid.since_previous,
        name="since-previous",
    ),
    path("audits/<uuid:key>/exigences/<int:pk>/cotation/", rating.rate, name="rate"),
    path("audits/<uuid:key>/exigences/<int:pk>/commentaire/", rating.comment, name="comment"),
    path("audits/<uuid:key>/exigences/<int:pk>/annuler/", rating.undo, name="undo"),
    path("audits/<uuid:key>/exigences/<int:pk>/attribution/", rating.assign, name="assign"),
    path("audits/<uuid:key>/attribution/", assignment.assign_many, name="assign-many"),
    # the same audit without a network
    path("audits/<uuid:key>/classeur/", workbook.workbook, name="workbook"),
    path("audits/<uuid:key>/classeur/fichier/", workbook.workbook_file, name="workbook-file"),
    path(
        "audits/<uuid:key>/classeur/<int:pk>/",
        workbook.workbook_import,
        name="workbook-import",
    ),
    path(
        "audits/<uuid:key>/classeur/<int:pk>/abandonner/",
        workbook.abandon_workbook,
        name="abandon-workbook",
    ),
    path(
        "audits/<uuid:key>/classeur/<int:pk>/annuler/",
        workbook.undo_workbook,
        name="undo-workbook",
    ),
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
    # review of evidence
    path("audits/<uuid:key>/revue/", review.review, name="review"),
    path("audits/<uuid:key>/revue/<int:pk>/", review.review_evidence, name="review-evidence"),
    # samples
    path("audits/<uuid:key>/echantillons/", samples.samples, name="samples"),
    path("audits/<uuid:key>/echantillons/nouveau/", samples.add_sample, name="add-sample"),
    path("audits/<uuid:key>/echantillons/sites/", samples.add_site_sample, name="add-site-sample"),
    path("audits/<uuid:key>/echantillons/taille/", samples.propose_size, name="propose-size"),
    path("audits/<uuid:key>/echantillons/<int:number>/", samples.sample, name="sample"),
    path(
        "audits/<uuid:key>/echantillons/<int:number>/modifier/",
        samples.edit_sample,
        name="edit-sample",
    ),
    path(
        "audits/<uuid:key>/echantillons/<int:number>/tirer/",
        sample_steps.draw_sample,
        name="draw-sample",
    ),
    path(
        "audits/<uuid:key>/echantillons/<int:number>/unites/<int:rank>/",
        sample_steps.record_result,
        name="record-result",
    ),
    path(
        "audits/<uuid:key>/echantillons/<int:number>/conclure/",
        sample_steps.conclude_sample,
        name="conclude-sample",
    ),
    path(
        "audits/<uuid:key>/echantillons/<int:number>/reprendre/",
        sample_steps.take_up_sample,
        name="take-up-sample",
    ),
    path(
        "audits/<uuid:key>/echantillons/<int:number>/nouveau-tirage/",
        sample_steps.another_draw,
        name="another-draw",
    ),
    path(
        "audits/<uuid:key>/echantillons/<int:number>/releve/",
        sample_record.sample_record,
        name="sample-record",
    ),
    path(
        "audits/<uuid:key>/echantillons/<int:number>/releve.csv",
        sample_record.sample_table,
        name="sample-table",
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
    *request_urls.urlpatterns,
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
    path(
        "audits/<uuid:key>/constats/presenter/",
        finding_steps.present_findings,
        name="present-findings",
    ),
    path("constats/<uuid:key>/", findings.finding, name="finding"),
    path("constats/<uuid:key>/abandonner/", finding_steps.discard_finding, name="discard-finding"),
    path("constats/<uuid:key>/position/", finding_steps.take_position, name="take-position"),
    path("constats/<uuid:key>/repondre/", finding_steps.answer_finding, name="answer-finding"),
    path("constats/<uuid:key>/avis/", finding_steps.judge_answer, name="judge-answer"),
    path("constats/<uuid:key>/preuve/", finding_steps.bring_proof, name="bring-proof"),
    path("constats/<uuid:key>/refuser-la-preuve/", finding_steps.refuse_proof, name="refuse-proof"),
    path("constats/<uuid:key>/modifier/", findings.edit_finding, name="edit-finding"),
    path("constats/<uuid:key>/clore/", findings.close_finding, name="close-finding"),
    path("constats/<uuid:key>/rouvrir/", findings.reopen_finding, name="reopen-finding"),
    # corrective actions
    path("actions/", action_list.action_list, name="action-list"),
    path("actions/tableau.csv", action_list.action_table, name="action-table"),
    path("constats/<uuid:key>/actions/nouvelle/", corrective_actions.add_action, name="add-action"),
    path("actions/<uuid:key>/", corrective_actions.action, name="action"),
    path("actions/<uuid:key>/modifier/", corrective_actions.edit_action, name="edit-action"),
    path("actions/<uuid:key>/avancer/", corrective_actions.move_action, name="move-action"),
]
