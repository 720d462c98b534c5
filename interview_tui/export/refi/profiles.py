"""How projects differ between the programs that they are for, and what each of these is known to drop.

No two programs agree on cases and variables. What is said of QualCoder was seen in an import by QualCoder 4.0; of the
others, in what their makers or users report, or in what other programs do to read them.
"""

from __future__ import annotations

from dataclasses import dataclass

from interview_tui.record.export_ports import Target


@dataclass(frozen=True, slots=True)
class Profile:
    """What a project for a program is like.

    `stamps` puts a stamp before every turn, whatever was asked for. `names_cases` gives a case its name; without it a
    case is the variables of one document. `codes_cases` makes a case a code of the same identity too, with which the
    whole text is coded. `sets` makes a set of each participant, `groups` one of every answer: `item: answer`. `remarks`
    puts notes and flags at the turns that they are about, as selections without a code. `links_by_name` calls the text
    so that the program takes it for the audio's transcript, which the audio has none of then. `crlf` says that lines
    may end as Windows ends them while positions count one character. `drops` is what the program is known to leave out.
    """

    name: str
    stamps: bool = False
    names_cases: bool = True
    codes_cases: bool = False
    sets: bool = True
    groups: bool = False
    links_by_name: bool = False
    remarks: bool = False
    crlf: bool = False
    drops: tuple[str, ...] = ()


PROFILES = {
    Target.STANDARD: Profile(
        "programs that read REFI-QDA",
        remarks=True,
        crlf=True,
        drops=(
            "Programs differ in what they take of cases, variables and sets: --for names the one that it is meant for.",
        ),
    ),
    Target.QUALCODER: Profile(
        "QualCoder",
        stamps=True,
        codes_cases=True,
        sets=False,
        links_by_name=True,
        remarks=True,
        drops=(
            "QualCoder knows no sync points: it seeks by the stamps in the text, in whole seconds.",
            "QualCoder makes an empty text for each audio file, beside the transcript that is linked to it.",
            "QualCoder loses the codings of codes that its project has already: import into a new one.",
            "QualCoder snaps the colours of codes to its own, and counts FLAC among texts where it lists files.",
        ),
    ),
    Target.NVIVO: Profile(
        "NVivo",
        codes_cases=True,
        drops=(
            "Nobody has shown yet that NVivo takes over the sync points: import the format `nvivo` with the audio too.",
            "NVivo makes memos of what is annotated in audio.",
            "NVivo asks for the folder of audio that is not inside the project.",
        ),
    ),
    Target.MAXQDA: Profile(
        "MAXQDA",
        names_cases=False,
        remarks=True,
        crlf=True,
        drops=(
            "MAXQDA shows the variables as those of the document, and leaves out those of cases.",
            "If the codings in MAXQDA are shifted from line to line, export again with --crlf.",
        ),
    ),
    Target.ATLAS: Profile(
        "ATLAS.ti",
        groups=True,
        crlf=True,
        drops=(
            "ATLAS.ti leaves out variables: what was answered is in document groups, as “item: answer”.",
            "If the codings in ATLAS.ti are shifted from line to line, as was reported, export again with --crlf.",
            "ATLAS.ti merges codings of text and of audio that have the same code and place.",
        ),
    ),
}
"""The profile of each program."""
