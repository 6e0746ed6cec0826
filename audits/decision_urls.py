"""URLs of conclusions, decisions and certificates, part of `audits.urls`."""

from django.urls import path

from audits.views import conclusions, decisions

urlpatterns = [
    path("audits/<uuid:key>/conclure/", conclusions.conclude_audit, name="conclude-audit"),
    path("audits/<uuid:key>/decider/", decisions.decide_on_audit, name="decide-on-audit"),
    path("audits/<uuid:key>/conclusion/", conclusions.conclusion, name="conclusion"),
    path("dossiers/<uuid:key>/certificat/", decisions.certificate, name="certificate"),
    path(
        "dossiers/<uuid:key>/certificat/decider/",
        decisions.decide_on_certificate,
        name="decide-on-certificate",
    ),
]
