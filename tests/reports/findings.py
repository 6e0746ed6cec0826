"""Findings of the sample audit: believable, about nobody, written for the tests."""

# requirement, severity, title, found, consequence, next step, (action, owner, days, done)
FINDINGS = (
    (
        "EX-1.3.1",
        "major",
        "Décroché sous l'objectif, chaque semaine du mois",
        (
            "84,2 % des appels décrochés dans le délai en mars 2026, sur 168 651 appels offerts "
            "(exhaustif). L'objectif de 90 % n'est tenu aucune des quatre semaines, sur aucun des "
            "deux sites."
        ),
        "Critère de résultat non tenu : la certification ne peut être prononcée.",
        "Plan d'actions sous 15 jours, puis vérification sur un mois complet de mesure.",
        (
            ("Replanifier les pauses sur les pointes de 10 h à 12 h", "Planification", 5, True),
            ("Recruter et former douze conseillers pour la file mobile", "Direction", 30, False),
        ),
    ),
    (
        "EX-4.3.1",
        "major",
        "Suspensions sans contact préalable tracé",
        (
            "Sur 60 suspensions tirées au hasard en février et mars, 7 dossiers ne portent aucune "
            "trace d'appel, de message ou de courrier avant la coupure."
        ),
        "Un client peut perdre sa ligne sans avoir été prévenu : exigence critique.",
        "Bloquer la suspension automatique tant que le contact n'est pas enregistré.",
        (("Contrôle bloquant dans l'outil de recouvrement", "Systèmes d'information", 12, False),),
    ),
    (
        "EX-5.3.1",
        "major",
        "Contestations de facture sans réponse motivée",
        (
            "9 des 50 contestations examinées ont reçu un accusé de réception, mais aucune réponse "
            "motivée dans le délai annoncé de 20 jours ; 3 n'ont pas de numéro d'enregistrement."
        ),
        "Le client ignore la décision et sa raison ; le recours est impraticable.",
        "Reprendre les dossiers en retard, puis tenir un registre unique des contestations.",
        (
            ("Reprise des contestations de plus de 20 jours", "Service facturation", 8, True),
            ("Registre unique avec échéance calculée", "Systèmes d'information", 15, False),
        ),
    ),
    (
        "EX-6.3.1",
        "major",
        "Délai de réponse aux réclamations écrites non mesuré",
        (
            "Le service suit le stock de courriers, mais pas la date de réception ni celle de la "
            "réponse. Sur 40 réclamations reconstituées, 28 ont reçu une réponse en cinq jours "
            "ouvrés (70 % ; intervalle à 95 % : 55 à 82 %)."
        ),
        "L'engagement de délai ne peut être démontré.",
        "Enregistrer la date de réception dès l'ouverture du courrier.",
        (("Champ obligatoire de date de réception", "Relation écrite", 3, False),),
    ),
    (
        "EX-1.2.1",
        "minor",
        "Horaires différents entre le site et la facture",
        "Le site annonce 8 h à 20 h, la facture de mars 8 h à 19 h.",
        "Un client peut appeler en vain entre 19 h et 20 h.",
        "Corriger la facture d'avril et désigner un responsable unique de ces mentions.",
        (("Corriger la mention d'horaires de la facture", "Communication client", 1, True),),
    ),
    (
        "EX-1.3.2",
        "minor",
        "Annonce du temps d'attente absente d'une file",
        "La file « résiliation » diffuse une musique sans estimation ni proposition de rappel.",
        "L'attente n'est pas annoncée à 6 % des appelants.",
        "Activer l'annonce sur cette file.",
        (("Activer l'annonce sur la file résiliation", "Exploitation SVI", 1, False),),
    ),
    (
        "EX-2.2.2",
        "minor",
        "Reformulation rarement pratiquée",
        "31 écoutes calibrées sur 75 sans reformulation de la demande.",
        "Des appels sont réitérés faute d'avoir compris la demande.",
        "Atelier de deux heures par équipe, puis nouvelle vague d'écoutes.",
        (("Atelier reformulation", "Formation", 10, False),),
    ),
    (
        "EX-3.1.4",
        "minor",
        "Nouveau délai annoncé après l'échéance",
        "12 dossiers sur 40 : le client est prévenu un à trois jours après la date promise.",
        "La promesse est rompue avant que le client n'en soit informé.",
        "Alerte automatique deux jours avant l'échéance.",
        (),
    ),
    (
        "EX-3.3.1",
        "minor",
        "Transferts sans présentation de la demande",
        "8 transferts sur 30 écoutés sont faits sans contexte.",
        "Le client répète son identité et sa demande.",
        "Rappel de la consigne et contrôle mensuel.",
        (),
    ),
    (
        "EX-4.2.1",
        "minor",
        "Critères de détection non réexaminés depuis 2024",
        "Le dernier compte rendu d'approbation date du 14 février 2024.",
        "Des critères périmés peuvent bloquer des clients à tort.",
        "Inscrire le réexamen au comité de mai.",
        (("Réexamen annuel des critères", "Gestion du risque", 2, False),),
    ),
    (
        "EX-6.1.1",
        "minor",
        "Écoutes non calibrées sur un site",
        "Le site de Massy n'a tenu aucune séance de calibrage au premier trimestre.",
        "Les notes des deux sites ne sont pas comparables.",
        "Une séance commune par mois.",
        (("Séance commune de calibrage", "Qualité", 1, True),),
    ),
    (
        "EX-1.5.1",
        "watch",
        "Bornes d'alerte peu suivies",
        "Les bornes existent ; 3 alertes sur 11 n'ont pas de commentaire.",
        "",
        "À revoir au prochain comité.",
        (),
    ),
    (
        "EX-5.1.2",
        "watch",
        "Format adapté délivré en trois semaines",
        "Deux demandes de facture en gros caractères servies en 19 et 22 jours.",
        "",
        "Fixer un délai interne.",
        (),
    ),
    (
        "EX-6.1.2",
        "improve",
        "Enquête annuelle à compléter par un suivi à chaud",
        "L'enquête annuelle compte 1 204 réponses ; rien n'est demandé après l'appel.",
        "",
        "Étudier une question unique par SMS.",
        (),
    ),
    (
        "EX-3.2.2",
        "strong",
        "Vérification d'identité exemplaire",
        "150 écoutes sur 150 conformes, sur les deux sites et les trois canaux.",
        "",
        "",
        (),
    ),
    (
        "EX-4.1.1",
        "strong",
        "Expédition des cartes SIM le jour même",
        "99,1 % des 4 310 demandes de mars expédiées avant 18 h (exhaustif).",
        "",
        "",
        (),
    ),
)

NOT_EXAMINED = ("EX-6.7.1", "EX-4.7.2")
NOT_APPLICABLE = {
    "EX-6.5.1": "Le service de renseignement par numéro court a été fermé en 2023.",
    "EX-4.6.1": "Les points de vente sont tenus par un tiers qui a sa propre ligne d'assistance.",
    "EX-4.6.2": "Les points de vente sont tenus par un tiers qui a sa propre ligne d'assistance.",
}
COMMENTS = {
    "EX-1.1.1": "Cinq canaux ouverts, testés le 4 mars sur les deux sites.",
    "EX-1.4.2": "Numéro non surtaxé, vérifié depuis trois opérateurs.",
    "EX-3.1.2": "Recalcul sur 1 912 demandes : 91,4 % traitées au deuxième jour ouvré.",
    "EX-5.2.1": "200 factures recalculées, 3 écarts d'arrondi sans effet pour le client.",
}
