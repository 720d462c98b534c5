"""Templates: a study's own come before ours, can do no harm, and are told of in one sentence where they are broken."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from interview_tui.errors import ExportError
from interview_tui.export import html
from interview_tui.export.document import build
from interview_tui.export.options import Enclosed, Options, Recording
from interview_tui.export.templating import idle, own_file, rendered
from tests.export.example_record import example_record


@dataclass
class Shelf:
    """Something with a way to a file, as an enclosed recording is."""

    file: Path
    names: list[str]


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    folder.mkdir()
    return folder


def made(own: Path, template: str, name: str = "note.txt.j2", **values: object) -> str:
    """What a template of these words makes of some values."""
    (own / name).parent.mkdir(exist_ok=True)
    (own / name).write_text(template, encoding="utf-8")
    return rendered(name, Options(templates=own), values)


def refused(own: Path, template: str, name: str = "note.txt.j2", **values: object) -> str:
    """Why a template cannot be used, once it was seen that this is one sentence that names it, with a way out."""
    with pytest.raises(ExportError) as error:
        made(own, template, name, **values)
    said = error.value.message
    assert said.startswith(f"The template {own / name}, line ")
    assert "\n" not in said
    assert said.endswith(".")
    assert not said.endswith("..")
    assert error.value.hint == "Mend that line, or take the file away: ours is used then."
    return said.removeprefix(f"The template {own / name}, line ")


def test_a_study_overrides_the_page_of_a_record(own: Path) -> None:
    page = "<html>{{ record.case }} {{ incidents | length }} {{ document.enclosed.audio }}</html>"
    (own / "record.html.j2").write_text(page)
    assert html.render(build(example_record(case="<P07>")), Options(templates=own)) == "<html>&lt;P07&gt; 3 ()</html>"


def test_a_study_can_build_on_templates_of_its_own(own: Path) -> None:
    (own / "base.txt.j2").write_text("{% block words %}{% endblock %}!")
    template = '{% extends "base.txt.j2" %}{% block words %}{{ said }}{% endblock %}'
    assert made(own, template, said="yes") == "yes!"


def test_what_is_added_changed_and_taken_away_while_the_program_runs_is_seen(own: Path) -> None:
    options, ours = Options(templates=own), rendered("record.css", Options(), {})
    template = own / "record.css"
    assert rendered("record.css", options, {}) == ours
    template.write_text("first")
    assert rendered("record.css", options, {}) == "first"
    template.write_text("second")
    os.utime(template, (1, 1))
    assert rendered("record.css", options, {}) == "second"
    template.unlink()
    assert rendered("record.css", options, {}) == ours


@pytest.mark.parametrize("name", ["page.html.j2", "data.xml.j2", "part.j2", "part.html"])
def test_all_but_plain_text_is_escaped(own: Path, name: str) -> None:
    assert made(own, "{{ said }}", name, said="<b>&\"'") == "&lt;b&gt;&amp;&#34;&#39;"
    assert made(own, "{{ said }}", "note.txt.j2", said="<b>&\"'") == "<b>&\"'"


def test_an_included_part_is_escaped_as_well(own: Path) -> None:
    (own / "part.j2").write_text("{{ said }}")
    assert made(own, '{% include "part.j2" %}', "page.html.j2", said="<") == "&lt;"


def test_what_is_put_into_a_template_is_legible(own: Path) -> None:
    assert made(own, "{{ said }}|", said="a\x00b\ud800\nc\ufffe") == "ab c|"


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("\n\n{% if %}", "3 cannot be used: Expected an expression"),
        ("{{ open", "1 cannot be used: unexpected end of template"),
        ("\n{{ nothing }}", "2 cannot be used: 'nothing' is undefined"),
        ("\n{{ shelf.nothing }}", "2 cannot be used: 'tests.export.test_templating.Shelf object' has no attribute"),
        ("a\nb\n{{ 1 // 0 }}", "3 cannot be used: integer division or modulo by zero"),
        ("\n{{ 'a' + 1 }}", "2 cannot be used: can only concatenate str"),
        ("\n{{ 'a' | nofilter }}", "2 cannot be used: No filter named 'nofilter'"),
        ('\n{% include "missing.j2" %}', "2 cannot be used: there is no template missing.j2"),
        ('\n{% include "../secret.txt" %}', "2 cannot be used: there is no template ../secret.txt"),
        ('{% include "note.txt.j2" %}', "1 cannot be used: it calls itself without end"),
        ("{{ ''.__class__.__mro__ }}", "1 cannot be used: it may not do that: access to attribute '__class__'"),
        ("\n{{ self.__init__.__globals__ }}", "2 cannot be used: it may not do that"),
        ("{{ shelf.names.append('x') }}", "1 cannot be used: it may not do that"),
        ("{{ shelf.file.read_text() }}", "1 cannot be used: it may not do that: access to attribute 'read_text'"),
        ("{{ shelf.file.parent }}", "1 cannot be used: it may not do that: access to attribute 'parent'"),
        ("{{ shelf.file | attr('unlink') }}", "1 cannot be used: it may not do that"),
        ("{% for i in range(10**9) %}{% endfor %}", "1 cannot be used: Range too big"),
        ("{{ 9**10000000 }}", "1 cannot be used: it may not do that: it would be too large"),
        ("{{ 'a' * 10**9 }}", "1 cannot be used: it may not do that: it would be too large"),
        ("{{ 10**9 * [1] }}", "1 cannot be used: it may not do that: it would be too large"),
    ],
)
def test_what_is_wrong_with_a_template_is_one_sentence_with_file_and_line(own: Path, template: str, why: str) -> None:
    shelf = Shelf(own / "kept.txt", [])
    shelf.file.write_text("kept")
    assert refused(own, template, shelf=shelf).startswith(why)
    assert shelf.file.read_text() == "kept"
    assert shelf.names == []


def test_ordinary_sums_and_the_name_of_a_file_are_allowed(own: Path) -> None:
    shelf = Shelf(own / "P07.m4a", [])
    template = "{{ 36000000 * 1000 }} {{ 2**10 }} {{ '-' * 3 }} {{ 0.5 * 4 }} {{ shelf.file.name }}"
    assert made(own, template, shelf=shelf) == "36000000000 1024 --- 2.0 P07.m4a"


def test_the_page_of_a_record_cannot_reach_its_recording(own: Path, tmp_path: Path) -> None:
    audio = tmp_path / "P07.m4a"
    audio.write_bytes(b"sound")
    (own / "record.html.j2").write_text("{{ document.enclosed.recording.file.unlink() }}")
    document = build(example_record(), Options(), Enclosed(recording=Recording(audio, (), 0)))
    with pytest.raises(ExportError, match="may not do that"):
        html.render(document, Options(templates=own))
    assert audio.exists()


def test_the_part_in_which_it_goes_wrong_is_named(own: Path) -> None:
    (own / "part.j2").write_text("fine\n{{ nothing }}")
    with pytest.raises(ExportError, match=r"part\.j2, line 2 cannot be used: 'nothing' is undefined\."):
        made(own, 'x\n{% include "part.j2" %}')


def test_a_template_that_is_no_utf_8_is_named_with_the_line(own: Path) -> None:
    (own / "note.txt.j2").write_bytes(b"fine\nna\xefve")
    with pytest.raises(ExportError, match=r"note\.txt\.j2, line 2 cannot be used: it is not UTF-8 text\."):
        rendered("note.txt.j2", Options(templates=own), {})


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_out_of_the_folder_is_not_followed(own: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (own / "note.txt.j2").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(ExportError, match="a link that leads out of its folder"):
        rendered("note.txt.j2", Options(templates=own), {})


def test_a_mistake_of_ours_is_not_told_as_the_study_s(own: Path) -> None:
    (own / "other.txt.j2").write_text("x")
    with pytest.raises(Exception, match="undefined") as error:
        rendered("record.html.j2", Options(templates=own), {})
    assert not isinstance(error.value, ExportError)


def test_which_templates_are_the_study_s_own_is_known(own: Path) -> None:
    (own / "record.html.j2").write_text("x")
    assert own_file("record.html.j2", Options(templates=own)) == own / "record.html.j2"
    assert own_file("record.css", Options(templates=own)) is None
    assert own_file("record.html.j2", Options()) is None


def test_templates_that_override_nothing_are_known(own: Path) -> None:
    (own / "archive").mkdir()
    for name, text in {
        "record.html.j2": '{% include "foot.j2" %}',
        "foot.j2": "",
        "archive/README.txt.j2": "",
        "archive/readme.txt.j2": "",
        "recrod.html.j2": "",
        "notes.md": "",
    }.items():
        (own / name).write_text(text)
    assert idle(own) == ["archive/readme.txt.j2", "recrod.html.j2"]
