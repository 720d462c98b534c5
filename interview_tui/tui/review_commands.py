"""Every command of the screens for review, declared once: see `commands`."""

from __future__ import annotations

from interview_tui.tui.commands import Command

FIND = Command(
    "palette", ("ctrl+p",), "find", "a command or theme, by a word", "Find a command or a theme by a word of it."
)
LEAVE = Command("leave", ("escape", "ctrl+q"), "back", "back to where you came from", "Back to where you came from.")

PLAYING = (
    Command("play", ("enter",), "play", "play from here", "Play from the word under the cursor."),
    Command(
        "pause", ("space", "f4"), "pause", "pause, go on",
        "Pause; go on, from a second before. While nothing plays: play from here. A foot pedal sends F4.",
    ),
    Command("repeat", ("r",), "repeat", "the sentence again", "Play the sentence again that is heard, or was last."),
    Command("follow", ("f",), "follow", "follow the words", "Follow the words that are heard, or stay where you read."),
    Command("stop", ("s",), "stop", "stop playing", "Stop playing."),
    Command("back", ("f3",), "−5 s", "5 s back", "Five seconds back, while it plays or is paused."),
    Command("on", ("f5",), "+5 s", "5 s on", "Five seconds on, while it plays or is paused."),
    Command("slower", ("[", "<"), "slower", "play slower", "Play slower, down to half the speed; the pitch is kept."),
    Command("faster", ("]", ">"), "faster", "play faster", "Play faster, up to twice the speed; the pitch is kept."),
)  # fmt: skip

CORRECTING = (
    Command("edit", ("e",), "edit", "correct the words", "Correct the words of the turn, where they stand."),
    Command(
        "give", ("g",), "give", "give it to the other speaker",
        "Give the turn, or the words that are marked, to the other speaker; again: back to the first. What is nobody's "
        "(`?`) goes to the interviewer, then to the respondent.",
    ),
    Command(
        "move", ("w",), "where", "where it belongs",
        "Say where the turn, the words that are marked, or the note belongs: a question, an incident, a part of it.",
    ),
    Command("cut", ("c",), "cut", "cut the turn here", "Cut the turn in two before the word under the cursor."),
    Command("join", ("j",), "join", "join with the next turn", "Join the turn with the same speaker's next one."),
    Command(
        "inaudible", ("i",), "inaudible", "cannot be understood",
        "Say that the word under the cursor, or those that are marked, cannot be understood: `[inaudible]`.",
    ),
    Command(
        "unclear", ("?",), "unclear", "hardly understood",
        "Say that the word, or those that are marked, are a guess: `[unclear: …]`.",
    ),
    Command("quote", ("\"",), "quote", "worth quoting", "Mark the turn, or the words that are marked, as a quotation."),
    Command(
        "mark", ("b",), "mark", "mark words from here",
        "Begin to mark words here, where Shift with an arrow does not; again: mark none.",
    ),
    Command("swap", ("x",), "swap", "swap the two speakers", "Swap interviewer and respondent in the whole interview; "
            "again: swap them back."),
    Command("undo", ("u",), "undo", "undo my last change", "Undo your last change, and the one before it, and so on."),
    Command("redo", ("U",), "redo", "do it again", "Do again what you undid last."),
)  # fmt: skip

PLACES = (
    Command("machine", ("m",), "machine", "what the machine heard", "Show below each changed turn what was heard."),
    Command("doubts", ("d",), "doubts", "what is doubtful", "What the program is unsure about, one by one."),
    Command("names", ("@",), "names", "names and pseudonyms", "The names of the interview and their pseudonyms."),
    Command("state", ("t",), "state", "how far the review is", "Say how far the review is: checked … signed off."),
    Command("history", ("h",), "history", "every change", "Every change, by whom and when; take any of them back."),
    Command("search", ("/",), "search", "search", "Search this interview, and from there the whole study."),
    Command("export", ("ctrl+e",), "export", "write it as files", "Export the interview: choose formats, write them."),
    FIND,
    LEAVE,
)  # fmt: skip

RECORD = (
    *PLAYING,
    Command(
        "pane", ("tab",), "panes", "to the next pane", "From the incidents to the text, to the timeline, and back."
    ),
    Command("turn_over", ("v",), "transcript", "the transcript", "The transcript, at the same moment of the call."),
    *CORRECTING,
    *PLACES,
)
TRANSCRIPT = (
    *PLAYING,
    Command(
        "pane", ("tab",), "notes", "between talk and notes",
        "From the talk to the notes in the margin, where there is room for one, and back.",
    ),
    Command("turn_over", ("v",), "record", "the record", "The record, at the same moment of the call."),
    *CORRECTING,
    Command(
        "tie", ("n",), "note", "what a note is about",
        "Say which note is about the word under the cursor; on a note: leave that to the program again.",
    ),
    *PLACES,
)  # fmt: skip
DOUBTS = (
    *PLAYING,
    Command("next", ("n",), "next", "the next doubt", "The next doubt that nobody has looked into, and play it."),
    Command("previous", ("p",), "previous", "the one before", "The doubt before, and play it."),
    Command("accept", ("a",), "accept", "it is right", "It is right as it is, or as it was put right: settle it."),
    Command("order", ("o",), "order", "by time or by kind", "Order the doubts by time, or by kind."),
    Command(
        "all", ("l",), "all", "settled ones as well", "Show the doubts that are settled as well, or leave them out."
    ),
    Command("turn_over", ("v",), "transcript", "the transcript", "The transcript, at the same moment of the call."),
    *CORRECTING,
    *(command for command in PLACES if command.id != "doubts"),
)
HISTORY = (
    Command("show", ("enter",), "show", "where it was made", "Go to the words that were changed."),
    Command("take_back", ("x", "delete"), "take back", "undo this change", "Undo the change, whoever made it."),
    Command("undo", ("u",), "undo", "undo my last change", "Undo your last change, and the one before it, and so on."),
    Command("redo", ("U",), "redo", "do it again", "Do again what you undid last."),
    FIND,
    LEAVE,
)
NAMES = (
    Command("give", ("enter",), "replace", "replace it", "Replace the name by what is proposed for it."),
    Command("word", ("e",), "wording", "replace it by …", "Replace the name by something else: type it."),
    Command("alias", ("o",), "form of", "another form of a name", "It is another form of a name that is replaced."),
    Command("add", ("n",), "new", "a name that is not here", "Replace a name that is not in the list: type it."),
    Command("wide", ("w",), "study", "in the whole study", "Replace it in the whole study, or in this case only."),
    Command(
        "drop", ("x", "delete"), "no", "no name, or replaced no more",
        "Replace the name no more; of what may be a name: it is none, and goes to the end of the list.",
    ),
    Command("hear", ("space", "f4"), "hear", "hear where it is said", "Play where the name is said; again: the next."),
    Command("show", ("v",), "go", "the transcript there", "The transcript, where the name is said."),
    FIND,
    LEAVE,
)  # fmt: skip
STUDY = (
    Command("open", ("enter",), "open", "read the record", "Read the record."),
    Command("transcript", ("v",), "transcript", "read the transcript", "Read the transcript."),
    Command(
        "filter", ("f",), "filter", "only some", "Show only interviews with an answer, a state or a word: type it."
    ),
    Command("sort", ("o",), "order", "in another order", "Order by the column under the cursor; again: turn it round."),
    Command("plots", ("g",), "plots", "tallies and plots", "Tallies and plots of the interviews that are shown."),
    Command("compare", ("c",), "incidents", "incidents side by side", "The incidents of the study side by side."),
    Command("search", ("/",), "search", "search", "Search the whole study."),
    Command(
        "export", ("ctrl+e",), "export", "write them as files",
        "Export the interviews that are shown, as one file where the format can hold many; rehearsals and unfinished "
        "ones are left out.",
    ),
    FIND,
    LEAVE,
)  # fmt: skip
EXPORT = (
    Command("mark", ("space",), "mark", "mark a format", "Mark the format, or no more; several can be marked."),
    Command("turn_back", ("left",), "→ change", "the value before", "In the settings: the value before."),
    Command("turn", ("right",), "", "the next value", "The next value; Space as well."),
    Command("on", ("tab",), "formats, settings, folder", "to the next part", "To the formats, settings, folder."),
    Command(
        "write", ("enter",), "write", "write it",
        "Write the formats that are marked, or else the one under the pointer.",
    ),
    Command(
        "leave", ("escape", "ctrl+q"), "back", "back without writing",
        "Back; while it is written: stop, and nothing is written.",
    ),
)  # fmt: skip
SEARCH = (
    Command("open", ("enter",), "go to", "go to the words, and play", "Go to the words in the transcript, and play."),
    Command("kind", ("ctrl+t",), "where", "notes, talk, fields", "Search everything, or notes, talk, or fields only."),
    Command("speaker", ("ctrl+s",), "who", "whose words", "Search what either says, or only one of them."),
    Command("case", ("ctrl+o",), "case", "one case or all", "Search the whole study, or the case of the hit."),
    FIND,
    LEAVE,
)
COMPARISON = (
    Command("open", ("enter",), "read", "its record", "Read the record, at the incident."),
    Command("sort", ("o",), "order", "in another order", "Order by the column under the cursor; again: turn it round."),
    Command(
        "filter", ("f",), "filter", "only some", "Only incidents with this in the column under the cursor: type it."
    ),
    Command(
        "whole",
        ("space",),
        "cell",
        "the whole cell",
        "Read everything that stands in the cell; again: further, and at the end of it the table alone.",
    ),
    Command("hide", ("h",), "hide", "without the column", "Hide the column under the cursor."),
    Command("everything", ("x",), "all", "all rows and columns", "Every incident and every column again."),
    Command("export", ("ctrl+e",), "write", "write the table", "Write the table as it is shown, names replaced."),
    Command("categories", ("s",), "", "sort into categories", "Sort the incidents into categories of the codebook."),
    FIND,
    LEAVE,
)
