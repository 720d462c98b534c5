"""What the program proposes as names, and what may stand for them."""

from __future__ import annotations

from dataclasses import replace

from interview_tui.record.model import PlacedNote
from interview_tui.record.pseudonyms.candidates import Candidate, candidates, small_words
from interview_tui.record.pseudonyms.proposals import next_replacement, proposed
from interview_tui.record.pseudonyms.pseudonym import NameKind, checked
from interview_tui.record.transcript import RESPONDENT, Turn
from tests.export.example_record import note, turn

ORDINARY = "then so to we she i had it said saw asked no there wrote walked lived that was the and went again in"


def talk(*texts: str) -> list[Turn]:
    return [turn(number, RESPONDENT, number * 20, text) for number, text in enumerate(texts, 1)]


def found(*texts: str, notes: tuple[PlacedNote, ...] = (), ordinary: str = "") -> list[Candidate]:
    return candidates(talk(*texts), notes, small_words([*texts, ORDINARY, ordinary]))


def names(*texts: str, ordinary: str = "") -> list[str]:
    return [each.name for each in found(*texts, ordinary=ordinary)]


def test_capitals_within_a_sentence_are_names_and_runs_of_them_are_one() -> None:
    assert names("Then we walked up Hollin Bank with Arthur, Judith and me.") == ["Hollin Bank", "Arthur", "Judith"]
    assert names("So the Shoulder of Mutton was shut.") == ["Shoulder of Mutton"]


def test_what_is_said_as_an_ordinary_word_is_none() -> None:
    assert names("We had a Meeting there.", "Meeting that day was hard.", ordinary="a meeting is a meeting") == []
    assert names("I said I'd go on Friday, in May.") == []


def test_a_word_that_is_a_name_far_oftener_is_one_and_says_that_it_is_ordinary() -> None:
    [bell] = found("I met Bell and Bell met Bell.", ordinary="the bell rang")
    assert (bell.name, bell.count, bell.ordinary) == ("Bell", 3, ("Bell",))


def test_a_name_at_the_beginning_of_a_sentence_counts_with_those_within() -> None:
    [roy] = found("I asked Roy. Roy’s wife said no.", "And Roy went.")
    assert (roy.name, roy.count, roy.turns, roy.is_doubtful) == ("Roy", 3, (1, 2), False)
    [doubtful] = found("Betrayed. That was it.")
    assert (doubtful.name, doubtful.is_doubtful) == ("Betrayed", True)


def test_part_of_a_name_said_alone_is_a_form_of_it() -> None:
    [philip] = found("There was Philip Fennimore. I said Philip, and then Fennimore's wife.")
    assert (philip.name, set(philip.parts), philip.count) == ("Philip Fennimore", {"Philip", "Fennimore"}, 3)
    assert "Denholme" in names("To Upper Denholme and Lower Denholme, to Denholme again.")


def test_titles_and_neighbours_tell_what_kind_of_name_it_is() -> None:
    kinds = {
        each.name: (each.kind, each.label)
        for each in found(
            "I know Councillor Teague and Mr. Stott well.",
            "She lived in Calderbrook by Gallows Edge, near Calderbrook.",
            "We wrote to Tarrowby Council and the NHS and Judith.",
        )
    }
    assert kinds == {
        "Teague": (NameKind.PERSON, "Councillor"),
        "Stott": (NameKind.PERSON, "Person"),
        "Calderbrook": (NameKind.PLACE, "Place"),
        "Gallows Edge": (NameKind.PLACE, "Place"),
        "Tarrowby Council": (NameKind.ORGANISATION, "Organisation"),
        "NHS": (NameKind.ORGANISATION, "Organisation"),
        "Judith": (NameKind.PERSON, "Person"),
    }


def test_what_a_note_calls_a_name_comes_first_and_doubtful_ones_last() -> None:
    noted = replace(note("n1", 1, "saw @denise re LGA/Tariq/Ashmere"), names=("denise",))
    ranked = found("The NHS asked Roy and Roy.", notes=(noted,), ordinary="re")
    assert [each.name for each in ranked] == ["denise", "Roy", "Tariq", "Ashmere", "NHS"]
    assert (ranked[0].notes, ranked[0].is_called) == (("n1",), True)


def test_edges_days_and_hyphens_are_no_part_of_a_name() -> None:
    assert names("so we met on Tuesday Arthur (Judith) and a Derek-shaped hole for Anwar-Holt") == [
        "Arthur",
        "Judith",
        "Derek",
        "Anwar-Holt",
    ]


def test_proposals_take_the_next_free_letter_and_no_initial() -> None:
    people = found("I met Arthur Bell, then Dora, then Councillor Cole in Ashmere.")
    given = proposed(people, {"[Person C]"}, "P07")
    assert {each.name: each.replacement for each in given} == {
        "Arthur Bell": "[Person D]",
        "Dora": "[Person A]",
        "Cole": "[Councillor A]",
        "Ashmere": "[Place B]",
    }
    assert all(checked(each) == each and each.case == "P07" for each in given)


def test_after_z_letters_are_doubled_and_a_label_gives_no_name_away() -> None:
    taken = {f"[Person {letter}]" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    assert next_replacement("Person", ["Roy"], taken) == "[Person AA]"
    assert next_replacement("Mayor", ["the Mayor"], ()) == "[Name A]"
