"""URLs of the operational committee, part of `audits.urls`."""

from django.urls import path

from audits.views.committee import decisions, pack, packs, steps

_PACK = "comite/<uuid:key>/<str:pas>/<str:jour>/"
_DECISION = "comite/decision/<uuid:key>/"

urlpatterns = [
    path("comite/", packs.committees, name="committees"),
    path(_DECISION, decisions.committee_decision, name="committee-decision"),
    path(
        f"{_DECISION}modifier/",
        decisions.edit_committee_decision,
        name="edit-committee-decision",
    ),
    path(f"{_DECISION}retirer/", decisions.remove_decision, name="remove-committee-decision"),
    path(f"{_DECISION}faite/", decisions.finish_decision, name="finish-committee-decision"),
    path(f"{_DECISION}reprendre/", decisions.take_up_decision, name="take-up-committee-decision"),
    path(f"{_DECISION}reporter/", decisions.put_off_decision, name="put-off-committee-decision"),
    path(f"{_DECISION}abandonner/", decisions.drop_decision, name="drop-committee-decision"),
    path("comite/<uuid:key>/", packs.packs, name="committee-packs"),
    path(_PACK, pack.committee_pack, name="committee-pack"),
    path(f"{_PACK}lignes.csv", pack.committee_table, name="committee-table"),
    path(f"{_PACK}preparer/", steps.prepare_committee, name="prepare-committee"),
    path(f"{_PACK}decider/", decisions.decide_committee, name="decide-committee"),
    path(f"{_PACK}tenir/", steps.hold_committee, name="hold-committee"),
]
