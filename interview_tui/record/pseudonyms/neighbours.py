"""What stands beside names, by language: it tells of what kind they are. English so far."""

from __future__ import annotations

from dataclasses import dataclass

from interview_tui.record.pseudonyms.pseudonym import NameKind


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Words that tell of a name, in small letters.

    `titles` go before a person's name: what stands for it is called by what they say, `Councillor` or, where they say
    nothing, `Person`. `joins` stand between the words of one name. `places` and `bodies` are how such a name ends,
    `towards` what goes before the name of a place. `calendar` is written with a capital and names nobody.
    """

    titles: dict[str, str]
    joins: frozenset[str]
    places: frozenset[str]
    bodies: frozenset[str]
    towards: frozenset[str]
    calendar: frozenset[str]
    labels: dict[NameKind, str]

    def kind_of(self, words: tuple[str, ...], titled: bool, arrived_at: float) -> NameKind:
        """What a name of these words (small letters) may be; `arrived_at`: how often of all times one goes there."""
        if titled:
            return NameKind.PERSON
        if words[-1] in self.bodies:
            return NameKind.ORGANISATION
        if words[-1] in self.places or arrived_at > 0.5:
            return NameKind.PLACE
        return NameKind.PERSON


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH = Neighbours(
    titles={
        "mr": "Person", "mrs": "Person", "ms": "Person", "miss": "Person", "dr": "Person", "doctor": "Person",
        "sir": "Person", "lady": "Person", "uncle": "Person", "aunt": "Person", "auntie": "Person",
        "professor": "Professor", "lord": "Peer", "baroness": "Peer", "councillor": "Councillor",
        "cllr": "Councillor", "counsellor": "Councillor", "counselor": "Councillor",
        "alderman": "Councillor", "mayor": "Mayor", "reverend": "Person", "father": "Person",
    },
    joins=frozenset({"of", "upon", "le", "de", "van", "von"}),
    places=_words(
        "road street lane avenue close court house hall bank hill park bridge side edge cross green village town city"
        " county ward farm church chapel square market end common moor valley island station gate border"
    ),
    bodies=_words(
        "council committee party board service services trust association society club group union college school"
        " university hospital police authority parliament government limited ltd argus echo gazette herald"
        " times post mail news company chamber federation institute agency forum conservatives democrats democrat"
        " independents labour greens"
    ),
    towards=frozenset({"in", "at", "near", "to", "from", "around", "outside", "for", "through", "via"}),
    calendar=_words(
        "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
        " september october november december christmas easter xmas"
        " jan feb mar apr jun jul aug sep sept oct nov dec"
    ),
    labels={
        NameKind.PERSON: "Person",
        NameKind.PLACE: "Place",
        NameKind.ORGANISATION: "Organisation",
        NameKind.OTHER: "Name",
    },
)  # fmt: skip
_NEIGHBOURS = {"en": _ENGLISH}


def neighbours(language: str) -> Neighbours:
    """Those of a language by its two-letter code; English where there are none."""
    return _NEIGHBOURS.get(language, _ENGLISH)
