"""URLs of the samples of an audit."""

from django.urls import path

from audits.views import sample_record, sample_steps, samples

urlpatterns = [
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
]
