"""URLs of requests for evidence, part of `audits.urls`."""

from django.urls import path

from audits.views import evidence_request, evidence_requests

urlpatterns = [
    path(
        "audits/<uuid:key>/demandes/",
        evidence_requests.evidence_requests,
        name="evidence-requests",
    ),
    path(
        "audits/<uuid:key>/demandes/tableau.csv",
        evidence_requests.request_table,
        name="request-table",
    ),
    path(
        "audits/<uuid:key>/demandes/nouvelle/",
        evidence_requests.ask_evidence,
        name="ask-evidence",
    ),
    path(
        "audits/<uuid:key>/demandes/importer/",
        evidence_requests.import_requests,
        name="import-requests",
    ),
    path("demandes/<uuid:key>/", evidence_request.evidence_request, name="evidence-request"),
    path("demandes/<uuid:key>/repondre/", evidence_request.answer_request, name="answer-request"),
    path("demandes/<uuid:key>/avis/", evidence_request.judge_request, name="judge-request"),
    path("demandes/<uuid:key>/annuler/", evidence_request.cancel_request, name="cancel-request"),
]
