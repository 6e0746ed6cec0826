"""URLs of contact reasons, channels and costs, part of `audits.urls`."""

from django.urls import path

from audits.views.contacts import entry, lists, reading

_OF = "indicateurs/<uuid:key>/"

urlpatterns = [
    path(f"{_OF}motifs/", reading.contact_reasons, name="contact-reasons"),
    path(f"{_OF}motifs/tableau.csv", reading.reason_table, name="reason-table"),
    path(f"{_OF}motifs/volumes/", reading.contact_volumes, name="contact-volumes"),
    path(f"{_OF}motifs/saisie/", entry.enter_volumes, name="enter-volumes"),
    path(f"{_OF}motifs/liste/", lists.reason_list, name="reason-list"),
    path(f"{_OF}motifs/liste/<int:pk>/", lists.edit_reason, name="edit-reason"),
    path(f"{_OF}motifs/<int:pk>/remonter/", lists.send_feedback, name="send-feedback"),
    path("motifs/remontees/<uuid:key>/", lists.feedback, name="feedback"),
    path(f"{_OF}canaux/", reading.contact_channels, name="contact-channels"),
    path(f"{_OF}canaux/tableau.csv", reading.channel_table, name="channel-table"),
    path(f"{_OF}couts/saisie/", entry.enter_costs, name="enter-costs"),
]
