"""Names are replaced as whole words, in any case, and twice is once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.errors import ConfigError
from interview_tui.record.pseudonyms.pseudonym import Pseudonym, checked, folded
from interview_tui.record.pseudonyms.replacing import Replacer
from interview_tui.record.transcript import Word

PHILIP = checked(Pseudonym("Philip Fennimore", "Councillor A", aliases=("Philip", "Phil", "Fennimore")))
ANN = Pseudonym("Ann", "[Person B]")
BELL = Pseudonym("Bell", "[Person C]", ordinary=("Bell",))
HOLLIN = Pseudonym("Hollin Bank", "[Place A]")
ANWAR = Pseudonym("Anwar-Holt", "[Councillor D]")
JOSE = Pseudonym("José", "[Person E]")
EVERYBODY = (PHILIP, ANN, BELL, HOLLIN, ANWAR, JOSE)


def said(text: str) -> list[Word]:
    return [Word(word, 100 * n, 100 * n + 80, 0.5 + n / 100) for n, word in enumerate(text.split())]


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        ("I met Philip Fennimore.", "I met [Councillor A]."),
        ("Fennimore's letter, the Fennimores’ house", "[Councillor A]'s letter, the [Councillor A]s’ house"),
        ("(PHIL), phil?", "([Councillor A]), [Councillor A]?"),
        ("Ann has an annual plan for Joann", "[Person B] has an annual plan for Joann"),
        ("Bell rang the bell. BELL!", "[Person C] rang the bell. [Person C]!"),
        ("Hollin-Bank, HollinBank, hollin bank, Hollin\nBank", "[Place A], [Place A], [Place A], [Place A]"),
        ("Hollin Banker and the Hollins", "Hollin Banker and the Hollins"),
        ("Councillor Anwar Holt, Anwar-Holt-shaped", "Councillor [Councillor D], [Councillor D]-shaped"),
        ("Jose, JOSÉ and Jose\u0301", "[Person E], [Person E] and [Person E]"),
        ("Philip, Fennimore said", "[Councillor A] said"),
        ("[Councillor A]'s", "[Councillor A]'s"),
    ],
)
def test_a_name_is_replaced_whole_and_what_hangs_on_it_is_kept(text: str, replaced: str) -> None:
    assert Replacer(EVERYBODY).text(text) == replaced


def test_the_longest_name_goes_first_whatever_the_order() -> None:
    street = Pseudonym("Ann Street", "[Place B]")
    for pseudonyms in ((ANN, street), (street, ANN)):
        assert Replacer(pseudonyms).text("Ann of Ann Street") == "[Person B] of [Place B]"


def test_of_two_pseudonyms_that_share_a_form_the_first_holds() -> None:
    assert Replacer((ANN, Pseudonym("Annabel", "[Person Z]", aliases=("Ann",)))).text("Ann") == "[Person B]"


def test_without_pseudonyms_nothing_changes() -> None:
    words = said("Philip Fennimore")
    assert Replacer(()).text("Philip") == "Philip"
    assert Replacer(()).words(words) == tuple(words)


def test_a_name_of_several_words_is_one_word_over_their_whole_stretch() -> None:
    words = said("So Philip, Fennimore's lad asked Ann.")
    first, name, lad, *_, ann = Replacer(EVERYBODY).words(words)
    assert (first, lad) == (words[0], words[3])
    assert (name.text, name.start_ms, name.end_ms) == ("[Councillor A]'s", 100, 280)
    assert name.confidence == words[1].confidence  # that of the least sure
    assert (ann.text, ann.start_ms, ann.end_ms) == ("[Person B].", 500, 580)


def test_a_word_that_ends_one_name_and_begins_another_is_kept_with_both() -> None:
    [word] = Replacer(EVERYBODY).words(said("Hollin Bank/Philip Fennimore"))
    assert (word.text, word.start_ms, word.end_ms) == ("[Place A]/[Councillor A]", 0, 280)


def test_what_stands_for_a_name_is_not_looked_into() -> None:
    initial = Pseudonym("A Bell", "[Person F]")
    once = Replacer((PHILIP, initial)).text("Phil Bell met A Bell")
    assert once == "[Councillor A] Bell met [Person F]"
    assert Replacer((PHILIP, initial)).text(once) == once


pieces = st.sampled_from(
    ["Philip", "phil", "FENNIMORE", "Fennimore's", "Ann", "annual", "Bell", "bell", "Hollin", "Bank", "HollinBank",
     "Anwar", "-", "Holt", "[Councillor A]", "[", "]", "s", "'s", "José", "\n", ", ", ". ", "x", "ß", "É", "  "]
)  # fmt: skip
texts = st.lists(pieces | st.text(max_size=3), max_size=12).map("".join) | st.lists(pieces, max_size=12).map(" ".join)


@given(texts)
def test_replacing_twice_is_replacing_once(text: str) -> None:
    replacer = Replacer(EVERYBODY)
    assert replacer.text(replacer.text(text)) == replacer.text(text)


@given(texts)
def test_no_name_is_left_whole_between_what_is_no_letter(text: str) -> None:
    """The crude search: the runs of letters and digits, in small letters, of what is not in brackets."""
    left = Replacer(EVERYBODY).text(text)
    for each in EVERYBODY:
        left = left.replace(each.replacement, "\n0\n")
    runs = "".join(letter if letter.isalnum() else " " for letter in left).split()
    small = [folded(run) for run in runs if not run[0].islower() or folded(run) != "bell"]
    names = {"philip", "phil", "fennimore", "ann", "bell", "hollinbank", "jose", "anwarholt"}
    assert names.isdisjoint(small)


@given(texts)
def test_words_read_together_are_the_text_and_times_go_on(text: str) -> None:
    words = said(text)
    replaced = Replacer(EVERYBODY).words(words)
    assert " ".join(word.text for word in replaced) == Replacer(EVERYBODY).text(" ".join(word.text for word in words))
    assert [word.start_ms for word in replaced] == sorted({word.start_ms for word in replaced})
    if words:
        assert (replaced[0].start_ms, replaced[-1].end_ms) == (words[0].start_ms, words[-1].end_ms)


@pytest.mark.parametrize(
    ("pseudonym", "said"),
    [
        (Pseudonym("Bell", "[Bell A]"), "give away"),
        (Pseudonym("Ann Bell", "Councillor bell"), "give away"),
        (Pseudonym("Ann", "[ ]"), "Nothing stands"),
        (Pseudonym("A", "[Person B]"), "too short"),
        (Pseudonym("Ann", "[Person B]", aliases=("'",)), "too short"),
    ],
)
def test_a_pseudonym_that_gives_its_name_away_is_refused(pseudonym: Pseudonym, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        checked(pseudonym)
