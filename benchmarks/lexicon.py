"""Single words from which ``benchmarks.generate`` makes sentences; a list starts with the common."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """What is spoken of, and what happens there."""

    nouns: tuple[str, ...]
    verbs: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _topic(nouns: str, verbs: str) -> Topic:
    return Topic(_words(nouns), _words(verbs))


TOPICS = {
    "politics": _topic(
        "parliament minister coalition vote law reform opposition senate cabinet election ballot "
        "treaty constitution deputy mandate majority referendum lobby decree amendment quorum",
        "passed rejected debated delayed proposed vetoed backed opposed drafted amended",
    ),
    "economy": _topic(
        "inflation budget growth deficit bank rates economy exports wages recession tariff bonds "
        "currency surplus debt forecast output consumer demand stimulus pension subsidy",
        "raised cut lowered forecast missed exceeded revised trimmed doubled eased",
    ),
    "company": _topic(
        "shares profit merger quarter revenue investors stake board acquisition dividend earnings "
        "supplier factory takeover shareholder brand contract chief patent warehouse retailer",
        "bought sold announced launched closed reported expanded acquired recalled priced",
    ),
    "crime": _topic(
        "police suspect court trial murder prison judge jury robbery fraud verdict charges lawyer "
        "evidence arrest witness sentence bail detective smuggling ransom burglary",
        "arrested charged convicted acquitted investigated detained sentenced questioned fined",
    ),
    "disaster": _topic(
        "earthquake flood storm rescue victims damage shelter evacuation rain river landslide dam "
        "wildfire hurricane debris tents rubble aftershock emergency volunteers levee mudslide",
        "destroyed flooded struck killed injured displaced buried evacuated battered hit",
    ),
    "war": _topic(
        "troops attack ceasefire rebels army border missile soldiers offensive convoy artillery "
        "militia drone hostage checkpoint siege truce airstrike garrison commander frontline",
        "attacked shelled seized captured bombed ambushed withdrew fired repelled surrounded",
    ),
    "health": _topic(
        "hospital patients vaccine virus doctors outbreak disease treatment infection nurses drug "
        "surgery cancer clinic symptoms dose trial epidemic antibody insulin ward diagnosis",
        "tested treated approved infected vaccinated diagnosed isolated prescribed cured studied",
    ),
    "football": _topic(
        "goal match striker coach league penalty season keeper defender cup midfield transfer fans "
        "referee stadium final injury captain derby header equaliser substitute",
        "scored won lost drew signed missed defended substituted beat trailed",
    ),
    "tennis": _topic(
        "set serve champion final seed tournament rally tiebreak title opponent court forehand ace "
        "round doubles ranking crowd umpire baseline backhand volley deuce",
        "defeated beat served saved reached won lost broke retired advanced",
    ),
    "science": _topic(
        "researchers study planet telescope species fossil climate ocean satellite laboratory cells "
        "genome galaxy experiment orbit physics particle glacier enzyme asteroid microscope",
        "discovered measured observed published detected mapped sequenced launched confirmed",
    ),
    "technology": _topic(
        "software users data chip phone network privacy browser device startup platform encryption "
        "algorithm hackers server password battery robot sensor laptop firmware",
        "released hacked patched updated unveiled banned designed leaked encrypted upgraded",
    ),
    "energy": _topic(
        "oil gas pipeline barrel crude refinery electricity reactor drilling power turbine coal grid "
        "tanker solar uranium outage fuel rig wind reservoir hydrogen",
        "pumped shipped exported halted resumed drilled supplied leaked generated restored",
    ),
    "transport": _topic(
        "train airline flight crash airport passengers railway pilot ferry highway bridge runway "
        "strike cargo tunnel engine cockpit brakes locomotive harbour tram",
        "crashed derailed landed cancelled collided delayed diverted grounded sank inspected",
    ),
    "culture": _topic(
        "film festival director album concert novel museum actor audience theatre painting singer "
        "award exhibition orchestra gallery playwright sculpture premiere comedy opera",
        "performed directed recorded exhibited premiered composed painted staged awarded sang",
    ),
    "schools": _topic(
        "school teachers students university exam pupils classroom tuition scholarship campus degree "
        "curriculum professor lecture dormitory kindergarten diploma union principal library",
        "taught enrolled graduated closed reopened hired suspended funded graded protested",
    ),
    "farming": _topic(
        "farmers harvest crop wheat cattle drought rice milk pesticide soil fertiliser maize grain "
        "orchard poultry irrigation tractor dairy barley livestock seedlings",
        "planted harvested exported sprayed slaughtered irrigated ploughed vaccinated sold stored",
    ),
}
NOUNS = _words(
    "government people year country company officials state group plan report time city week "
    "president authorities decision agency deal public percent case market agreement talks family "
    "area support system statement leader problem region power money part work rule effort issue "
    "meeting office security service number home community project team program pressure area "
    "policy spokesman results proposal event building measure concern crisis change risk road cost "
    "record access response review vehicle site chance village council district committee document "
    "worker driver resident neighbour owner expert analyst critic ally partner rival guard engineer "
    "deadline payment offer warning promise ban permit licence appeal ruling inquiry hearing survey "
    "protest rally march campaign speech visit tour ceremony anniversary holiday weekend evening"
)
VERBS = _words(
    "change help continue begin end grow fall rise improve fail return stay move spread recover "
    "expire resume collapse stabilise worsen"
)
ADJECTIVES = _words(
    "new last first major local national former recent early public senior large small possible "
    "strong special high low key final foreign private central free serious heavy local sharp rapid "
    "unexpected remote temporary annual costly brief narrow gradual disputed modest fragile vast "
    "northern southern eastern western coastal rural urban federal regional quiet bitter lengthy"
)
DETERMINERS = ("the", "a", "its", "their", "this", "another", "the", "the", "one", "any")
OPENINGS = (
    "", "", "", "", "on {day},", "in {place},", "after the {noun},", "despite a {adjective} {noun},",
    "as the {noun} began,", "by late {day},", "for the {noun},", "under the {adjective} {noun},",
    "while the {noun} may {verb},", "earlier,", "meanwhile,", "for {number} {unit},",
)  # fmt: skip
CIRCUMSTANCES = (
    "", "", "in {place}", "near {place}", "for {number} {unit}", "with {number} {unit}",
    "over the {noun} of the {other}", "against the {adjective} {noun}", "at a {noun} in {place}",
    "to {verb} the {noun}", "before the {adjective} {noun}", "without a {noun}",
    "because of {adjective} {noun}", "among the {noun} and the {other}", "from {place}",
    "and the {noun} will {verb}", "but no {noun} could {verb}", "since {day}",
)  # fmt: skip
CLOSINGS = (
    "", "", "", ", {speaker} said", ", said {speaker}", ", according to {speaker}",
    ", {speaker} told a {noun} on {day}", ", the {noun} added", ", which {speaker} called {adjective}",
    "as the {other} of the {noun} did {verb}", ", {speaker} said in a {noun}",
    ", though {number} {unit} are {adjective}", ", up from {number} {unit}",
    "until the {noun} can {verb}", ", a {noun} showed", ", and {speaker} did not comment",
)  # fmt: skip
HEADLINES = (
    "{body} {verb} {noun} in {place}", "{place}: {adjective} {noun} {verb} by {body}",
    "{adjective} {noun} as {body} {verb} in {place}", "{body} and the {noun} of {place}",
    "Why {body} {verb} the {adjective} {noun}", "{place} {noun} {verb}, {body} says",
)  # fmt: skip
UNITS = _words(
    "percent people million dollars days euros tonnes years kilometres hours homes points seats "
    "cases barrels workers votes metres shares litres"
)
WEEKDAYS = _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
PAPERS = _words("Herald Times Post Courier Gazette Tribune Observer Journal Echo Chronicle Star")
BODIES = _words(
    "Ministry Council Group Holdings Institute Union Bank Authority Party University Committee "
    "Association Agency Partners Foundation Industries"
)
SYLLABLES = _words(
    "ka lo mi ren tas vel dor bin har sel mon qua ri stan bel ger lin mar nor pol ros tan vik wen "
    "yar zel bra cho dra fen gal hol jan kel lam nad pet rud sor tur val wol"
)
ENDINGS = _words("er al ity ent ing age ism ard or ine")
