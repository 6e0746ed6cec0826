"""Sign-in pages, by allauth, under French paths; one's own account; people and organisations."""

from allauth.account import views as allauth_views
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path

from crcaudit.accounts.views import members, organisations, own, people

administration = [
    path("organismes/", organisations.organisations, name="organisations"),
    path("organismes/nouveau/", organisations.open_organisation, name="open-organisation"),
    path("organismes/<uuid:key>/", organisations.organisation, name="organisation"),
    path(
        "organismes/<uuid:key>/modifier/",
        organisations.edit_organisation,
        name="edit-organisation",
    ),
    path("organismes/<uuid:key>/sites/nouveau/", organisations.add_site, name="add-site"),
    path(
        "organismes/<uuid:key>/sites/<int:pk>/modifier/",
        organisations.edit_site,
        name="edit-site",
    ),
    path("organismes/<uuid:key>/membres/nouveau/", members.add_member, name="add-member"),
    path(
        "organismes/<uuid:key>/membres/<int:pk>/terminer/",
        members.end_membership,
        name="end-membership",
    ),
    path("comptes/", people.people, name="people"),
    path("comptes/nouveau/", people.open_account, name="open-account"),
    path("comptes/<uuid:key>/", people.person, name="person"),
    path("comptes/<uuid:key>/modifier/", people.edit_person, name="edit-person"),
    path("comptes/<uuid:key>/inviter/", people.send_invitation, name="send-invitation"),
    path("comptes/<uuid:key>/fermer/", people.close_account, name="close-account"),
    path("comptes/<uuid:key>/rouvrir/", people.reopen_account, name="reopen-account"),
]

# allauth reverses its own names: they carry no namespace.
urlpatterns = [
    path("connexion/", login_not_required(allauth_views.login), name="account_login"),
    path("deconnexion/", login_not_required(allauth_views.logout), name="account_logout"),
    path("inscription/", login_not_required(allauth_views.signup), name="account_signup"),
    path(
        "mot-de-passe/oublie/",
        login_not_required(allauth_views.password_reset),
        name="account_reset_password",
    ),
    path(
        "mot-de-passe/oublie/envoye/",
        login_not_required(allauth_views.password_reset_done),
        name="account_reset_password_done",
    ),
    # Cut at the first hyphen: the key has one of its own.
    re_path(
        r"^mot-de-passe/nouveau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z-]+)/$",
        login_not_required(allauth_views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/nouveau/fait/",
        login_not_required(allauth_views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path(
        "mot-de-passe/changer/",
        allauth_views.password_change,
        name="account_change_password",
    ),
    path(
        "compte/inactif/",
        login_not_required(allauth_views.account_inactive),
        name="account_inactive",
    ),
    path("compte/", own.account, name="account"),
    path("compte/langue/", own.set_language, name="set-language"),
    path("", include((administration, "accounts"))),
]
