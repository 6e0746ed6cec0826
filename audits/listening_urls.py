"""URLs of listening, calibration and mystery contacts, part of `audits.urls`."""

from django.urls import path

from audits.views.listening import calibration, grids, mystery, results, sessions

urlpatterns = [
    path("ecoutes/", results.listening, name="listening"),
    path("ecoutes/resultats.csv", results.listening_table, name="listening-table"),
    path("ecoutes/plan/", results.listening_plan, name="listening-plan"),
    path("ecoutes/liste/", sessions.listening_sessions, name="listening-sessions"),
    path("ecoutes/nouvelle/", sessions.add_listening, name="add-listening"),
    # grids
    path("ecoutes/grilles/", grids.listening_grids, name="listening-grids"),
    path("ecoutes/grilles/nouvelle/", grids.write_grid, name="write-grid"),
    path("ecoutes/grilles/<uuid:key>/", grids.listening_grid, name="listening-grid"),
    path("ecoutes/grilles/<uuid:key>/modifier/", grids.edit_grid, name="edit-grid"),
    path("ecoutes/grilles/<uuid:key>/avancer/", grids.move_grid, name="move-grid"),
    path("ecoutes/grilles/<uuid:key>/copier/", grids.copy_grid, name="copy-grid"),
    path("ecoutes/grilles/<uuid:key>/dossier/", grids.link_grid, name="link-grid"),
    # calibration
    path("ecoutes/calibrage/", calibration.calibrations, name="calibrations"),
    path("ecoutes/calibrage/nouveau/", calibration.open_calibration, name="open-calibration"),
    path("ecoutes/calibrage/<uuid:key>/", calibration.calibration, name="calibration"),
    path(
        "ecoutes/calibrage/<uuid:key>/noter/",
        calibration.grade_calibration,
        name="grade-calibration",
    ),
    path(
        "ecoutes/calibrage/<uuid:key>/comparer/",
        calibration.reveal_calibration,
        name="reveal-calibration",
    ),
    path(
        "ecoutes/calibrage/<uuid:key>/conclure/",
        calibration.conclude_calibration,
        name="conclude-calibration",
    ),
    # one session
    path("ecoutes/<uuid:key>/", sessions.listening_session, name="listening-session"),
    path("ecoutes/<uuid:key>/modifier/", sessions.edit_listening, name="edit-listening"),
    path("ecoutes/<uuid:key>/retour/", sessions.debrief_listening, name="debrief-listening"),
    path("ecoutes/<uuid:key>/effacer/", sessions.erase_listening, name="erase-listening"),
    # mystery contacts
    path("contacts-mysteres/", mystery.mystery, name="mystery"),
    path("contacts-mysteres/nouvelle/", mystery.plan_campaign, name="plan-campaign"),
    path("contacts-mysteres/scenarios/", mystery.mystery_scenarios, name="mystery-scenarios"),
    path(
        "contacts-mysteres/scenarios/nouveau/",
        mystery.write_mystery_scenario,
        name="write-mystery-scenario",
    ),
    path(
        "contacts-mysteres/scenarios/<uuid:key>/modifier/",
        mystery.edit_mystery_scenario,
        name="edit-mystery-scenario",
    ),
    path("contacts-mysteres/<uuid:key>/", mystery.mystery_campaign, name="mystery-campaign"),
    path(
        "contacts-mysteres/contacts/<uuid:key>/noter/",
        mystery.record_contact,
        name="record-contact",
    ),
    path(
        "contacts-mysteres/contacts/<uuid:key>/manque/",
        mystery.miss_contact,
        name="miss-contact",
    ),
]
