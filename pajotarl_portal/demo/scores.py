"""What the readers of practice mode think of each proposal: a score from 0 to 5, and why."""

SHORTLIST_FROM = 3

SCORES = {
    "demo-wielewerk": (4, "duidelijke stappen, en cijfers die tonen dat het werkt."),
    "demo-dakendraad": (4, "rust eerst, dan activering: dat past bij deze mensen."),
    "demo-taaltafel": (4, "dicht bij de werkvloer, met coaches die blijven komen."),
    "demo-kiekeboe": (5, "precies wat ouders op dat moment nodig hebben."),
    "demo-herwonnen": (5, "sterke nazorg met ervaringsdeskundigen."),
    "demo-opmaat": (4, "werk op maat, samen met de werkgever."),
    "demo-klikmee": (3, "groot bereik, maar weinig opvolging per persoon."),
    "demo-moestuinmakkers": (2, "warm initiatief; de stap naar werk blijft vaag."),
    "demo-jongvuur": (4, "bereikt jongeren die niemand anders bereikt."),
    "demo-tussenstap": (3, "goed netwerk van werkgevers, weinig over de doelgroep."),
}
