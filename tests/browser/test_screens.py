"""Every screen, in every width: accessible, and never wider than the window."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate

from tests.browser.steps import look

pytestmark = [pytest.mark.browser, pytest.mark.any_database]

SCREENS = (
    "/",
    "/compte/",
    "/mot-de-passe/changer/",
    "/dossiers/",
    "/dossiers/nouveau/",
    "/dossiers/{file}/",
    "/dossiers/{file}/modifier/",
    "/dossiers/{file}/audits/nouveau/",
    "/dossiers/{file}/preparer/",
    "/dossiers/{file}/preparer/?quoi=EXPIRED",
    "/tableau-de-bord/{file}/",
    "/dossiers/{file}/comparer/",
    "/dossiers/{file}/evolution/",
    "/dossiers/{file}/simulation/",
    "/dossiers/{file}/priorites/",
    "/audits/{audit}/",
    "/audits/{audit}/?filtre=toutes",
    "/audits/{audit}/?filtre=ecarts",
    "/audits/{audit}/equipe/",
    "/audits/{audit}/revue/",
    "/audits/{audit}/classeur/",
    "/audits/{audit}/valider/",
    "/audits/{audit}/demandes/",
    "/audits/{audit}/demandes/?etat=satisfaites",
    "/audits/{audit}/demandes/nouvelle/?exigence={row}",
    "/audits/{audit}/demandes/importer/",
    "/demandes/{request}/",
    "/demandes/{request}/repondre/",
    "/demandes/{request}/annuler/",
    "/audits/{audit}/echantillons/",
    "/audits/{audit}/echantillons/nouveau/",
    "/audits/{audit}/echantillons/sites/",
    "/audits/{audit}/echantillons/1/",
    "/audits/{audit}/echantillons/1/releve/",
    "/audits/{audit}/echantillons/1/nouveau-tirage/",
    "/audits/{audit}/echantillons/2/",
    "/audits/{audit}/echantillons/2/modifier/",
    "/audits/{audit}/exigences/{row}/",
    "/audits/{audit}/exigences/{row}/attribution/",
    "/audits/{audit}/exigences/{row}/preuves/ajouter/",
    "/audits/{audit}/exigences/{row}/constats/nouveau/",
    "/controles/",
    "/dossiers/{file}/controles/",
    "/dossiers/{file}/controles/?mois={control_month}&controle={control}",
    "/dossiers/{file}/controles/lignes/",
    "/dossiers/{file}/controles/lignes/?version=brouillon",
    "/dossiers/{file}/controles/lignes/nouvelle/",
    "/dossiers/{file}/controles/lignes/{control_line}/",
    "/dossiers/{file}/controles/responsables/",
    "/dossiers/{file}/controles/resultats/",
    "/dossiers/{file}/controles/resultats/?etat=annules",
    "/dossiers/{file}/controles/version/",
    "/dossiers/{file}/controles/evenement/",
    "/controles/{control}/",
    "/controles/{control}/remplacer/",
    "/controles/{control}/annuler/",
    "/preuves/",
    "/preuves/?q=rien-de-tel",
    "/preuves/{evidence}/",
    "/preuves/{evidence}/modifier/",
    "/preuves/{evidence}/version/",
    "/preuves/{evidence}/lier/",
    "/constats/",
    "/constats/{finding}/",
    "/constats/{finding}/modifier/",
    "/constats/{finding}/position/",
    "/constats/{finding}/repondre/",
    "/constats/{finding}/actions/nouvelle/",
    "/constats/{finding}/clore/",
    "/actions/",
    "/actions/{action}/",
    "/actions/{action}/modifier/",
    "/rapports/",
    "/rapports/demander/{audit}/",
    "/rapports/demander/{file}/",
    "/comite/{organisation}/",
    "/comite/{organisation}/?pas=mois",
    "/comite/{organisation}/semaine/{week}/",
    "/comite/{organisation}/semaine/{week}/preparer/",
    "/comite/{organisation}/semaine/{week}/decider/",
    "/recherche/?q=appel",
    "/recherche/?q=rien-de-tel",
    "/referentiels/",
    "/referentiels/1/",
    "/referentiels/1/exigences/EX-1.3.1/",
    "/referentiels/indicateurs/",
    "/referentiels/indicateurs/PEC-01/",
    "/organismes/{organisation}/",
    "/organismes/{organisation}/membres/nouveau/",
    "/organismes/{organisation}/membres/{member}/terminer/",
    "/dossiers/{file}/clore/",
    "/dossiers/{file}/cycle/",
    "/dossiers/{file}/certificat/",
    "/dossiers/{file}/partage/",
    "/dossiers/{file}/partage/1/",
    "/dossiers/{file}/partage/1/retirer/",
    "/dossiers/{file}/partage/apercu/?niveau=FINDINGS",
    "/dossiers/{file}/sous-traitants/nouveau/",
    "/dossiers/{file}/sous-traitants/1/",
    "/audits/{audit}/attribution/",
    "/compte/calendriers/",
    "/audits/{audit}/plan/",
    "/audits/{audit}/plan/modifier/",
    "/audits/{audit}/plan/creneaux/nouveau/",
    "/programmes/",
    "/programmes/nouveau/",
    "/page-inconnue/",
)
OF_ADMINISTRATORS = (
    "/organismes/",
    "/organismes/?q=rien-de-tel",
    "/organismes/nouveau/",
    "/organismes/{organisation}/",
    "/organismes/{organisation}/modifier/",
    "/organismes/{organisation}/sites/nouveau/",
    "/organismes/{organisation}/sites/{site}/modifier/",
    "/organismes/{organisation}/membres/nouveau/",
    "/comptes/",
    "/comptes/?q=rien-de-tel",
    "/comptes/nouveau/",
    "/comptes/{account}/",
    "/comptes/{account}/modifier/",
    "/comptes/{account}/fermer/",
    "/referentiels/1/retirer/",
)
PARTS = 8  # so that no test is long, and processes share them
OF_CLIENTS = ("/", "/prestataires/", "/prestataires/{file}/")
SCROLLED = "[...document.querySelectorAll('.table-wrap')].some(e => e.scrollWidth > e.clientWidth)"


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("width", [1440, 320])
def test_every_screen_is_accessible_and_fits(visit, site, width, part):
    visitor = visit("qualite", viewport={"width": width, "height": 800})
    assert problems(visitor, site, SCREENS[part::PARTS], width) == []


@pytest.mark.parametrize("width", [1440, 320])
def test_every_screen_of_an_administrator_is_accessible_and_fits(visit, site, width):
    visitor = visit("administration", viewport={"width": width, "height": 800})
    assert problems(visitor, site, OF_ADMINISTRATORS, width) == []


@pytest.mark.parametrize("width", [1440, 320])
def test_every_screen_of_a_client_organisation_is_accessible_and_fits(visit, site, width):
    visitor = visit("etranger", viewport={"width": width, "height": 800})
    assert problems(visitor, site, OF_CLIENTS, width) == []


@pytest.mark.parametrize("screen", ["/", "/prestataires/"])
def test_the_table_of_providers_fits_where_it_stands(visit, screen):
    visitor = visit("etranger", viewport={"width": 768, "height": 800})
    visitor.go(screen)

    seen = {}
    for width in (768, 992, 1280):
        visitor.page.set_viewport_size({"width": width, "height": 800})
        seen[width] = visitor.page.evaluate(SCROLLED)

    assert visitor.page.locator(".table-fit tbody tr").count() > 0
    assert not any(seen.values()), seen


def problems(visitor, site, screens, width) -> list[str]:
    """What is wrong with the screens, one after the other."""
    found = []
    for screen in screens:
        path = screen.format(
            file=site.file,
            audit=site.audit,
            row=site.rows[0],
            evidence=site.evidence["pdf"],
            finding=site.finding,
            request=site.request,
            action=site.action,
            organisation=site.organisation,
            site=site.site,
            member=site.member,
            account=site.account,
            control=site.control,
            control_line=site.control_line,
            control_month=site.control_month,
            week=_last_week(),
        )
        answer = visitor.go(path)
        assert answer.status == (404 if "inconnue" in path else 200), path
        found += look(visitor, screen, width)
    return found


def _last_week() -> str:
    """The first day of the last week that is over."""
    today = localdate()
    return (today - timedelta(days=today.weekday() + 7)).isoformat()


@pytest.mark.parametrize("name", ["contributeur", "direction", "etranger"])
def test_the_first_screen_of_each_role_is_accessible(visit, name):
    visitor = visit(name)

    visitor.go("/")

    assert look(visitor, "/", 1440) == []


@pytest.mark.parametrize("width", [1440, 320])
def test_the_declaration_of_independence_is_accessible_and_fits(visit, site, width):
    visitor = visit("auditeur", viewport={"width": width, "height": 800})

    visitor.go(f"/audits/{site.audit}/independance/")

    assert look(visitor, "/independance/", width) == []


@pytest.mark.parametrize("path", ["/connexion/", "/mot-de-passe/oublie/"])
@pytest.mark.parametrize("width", [1440, 320])
def test_the_entrance_is_accessible(visit, path, width):
    visitor = visit(None, viewport={"width": width, "height": 800})

    visitor.go(path)

    assert look(visitor, path, width) == []


def test_a_refused_sign_in_is_said_once(visit):
    visitor = visit(None)
    page = visitor.page
    visitor.go("/connexion/")
    page.fill("[name=login]", "personne@essai.test")
    page.fill("[name=password]", "pas le bon mot de passe")

    page.click("main form button")
    page.wait_for_selector(".error-summary")

    assert page.locator("main .alert").count() == 1
    assert page.locator("main a[href='/mot-de-passe/oublie/']").count() == 1
    assert look(visitor, "/connexion/", 1440) == []


def test_the_error_summary_takes_the_focus(visit):
    visitor = visit("qualite")
    page = visitor.page
    visitor.go("/dossiers/nouveau/")
    # What the browser would refuse itself reaches the server from another one.
    page.evaluate("document.querySelector('main form').noValidate = true")

    page.click("main form button[type=submit]")
    page.wait_for_selector(".error-summary")

    assert "error-summary" in page.evaluate("document.activeElement.className")
    assert look(visitor, "/dossiers/nouveau/", 1440) == []
