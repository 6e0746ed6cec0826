"""Who works for whom in the demonstration, and what each shares with whom."""

import uuid
from datetime import datetime
from functools import partial

from audits.actions.sharing import ShareFields, share_file
from audits.actions.subcontractor import SubcontractorFields, add_subcontractor
from audits.models import Subcontractor
from audits.sharing_enums import ShareLevel
from reports.management.demo.scene import Scene

OPERATOR, PROVIDER, CLIENT = "operateur", "prestataire", "donneur_ordre"
# The files of the operator and of its provider that the certification audit is about.
LANDLINE, CERTIFIED = "fixe", "certified"
_SHARED, _LISTED = -10, -9
_SHARED_FIRST, _LISTED_FIRST = -142, -141


def schedule(scene: Scene) -> None:
    """The provider shares with the operator, and the operator with its client organisation."""
    moments, agenda = scene.moments, scene.agenda
    agenda.add(
        moments.at(_SHARED_FIRST, 9),
        partial(_share, scene, CERTIFIED, OPERATOR, ShareLevel.RESULTS),
    )
    agenda.add(moments.at(_LISTED_FIRST, 9), partial(_list_of_the_landline, scene))
    agenda.add(
        moments.at(_SHARED, 9), partial(_share, scene, PROVIDER, OPERATOR, ShareLevel.RESULTS)
    )
    agenda.add(
        moments.at(_SHARED, 10), partial(_share, scene, OPERATOR, CLIENT, ShareLevel.REPORTS)
    )
    agenda.add(moments.at(_LISTED, 9), partial(_list_of_the_operator, scene))
    agenda.add(moments.at(_LISTED, 10), partial(_list_of_the_client, scene))


def _share(scene: Scene, name: str, client: str, level: ShareLevel, at: datetime) -> None:
    share_file(
        certification=scene.certifications[name],
        client=scene.cast.organisations[client],
        fields=ShareFields(level),
        by=scene.certifications[name].opened_by,
        at=at,
    )


def _list_of_the_landline(scene: Scene, at: datetime) -> None:
    """Whose site is among the sites of the file: its own certified file is shared already."""
    evening = SubcontractorFields(
        name="Prestataire Démo",
        activity="Débordement des appels, de 18 à 20 heures, sur son site de Nantes",
        contact_role="Responsable du plateau de Nantes",
        channels=("PHONE",),
        sites=(scene.cast.sites["lyon"], scene.cast.sites["massy"]),
        shared_file=scene.certifications[CERTIFIED],
    )
    _add(scene, LANDLINE, evening, at)


def _list_of_the_operator(scene: Scene, at: datetime) -> None:
    lyon, massy = scene.cast.sites["lyon"], scene.cast.sites["massy"]
    first = _add(
        scene,
        OPERATOR,
        SubcontractorFields(
            name="Prestataire Démo",
            activity="Débordement des appels du soir et du samedi",
            contact_role="Responsable qualité",
            channels=("PHONE", "EMAIL"),
            sites=(lyon, massy),
            shared_file=scene.certifications[PROVIDER],
        ),
        at,
    )
    night = SubcontractorFields(
        name="Relais de nuit Démo",
        activity="Appels urgents de 22 heures à 7 heures",
        contact_role="Direction d'exploitation",
        channels=("PHONE",),
        parent=first,
    )
    _add(scene, OPERATOR, night, at)
    mail = SubcontractorFields(
        name="Courrier Service Démo",
        activity="Ouverture et numérisation du courrier",
        contact_role="Service clients",
        channels=("LETTER",),
        sites=(massy,),
    )
    _add(scene, OPERATOR, mail, at)


def _list_of_the_client(scene: Scene, at: datetime) -> None:
    operator = SubcontractorFields(
        name="Opérateur Démo",
        activity="Service client de la vente en ligne",
        contact_role="Responsable qualité",
        channels=("PHONE", "EMAIL"),
        sites=(scene.cast.sites["siege"],),
        shared_file=scene.certifications[OPERATOR],
    )
    _add(scene, CLIENT, operator, at)


def _add(scene: Scene, name: str, fields: SubcontractorFields, at: datetime) -> Subcontractor:
    file = scene.certifications[name]
    return add_subcontractor(
        key=uuid.uuid4(), certification=file, fields=fields, by=file.opened_by, at=at
    )
