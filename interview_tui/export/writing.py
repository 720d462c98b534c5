"""Interviews out as files: one pass over them for all formats, searched for names, and all of it or nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from interview_tui.errors import ExportError
from interview_tui.export.document import Document, build, stamp
from interview_tui.export.gathering import Gathering
from interview_tui.export.names import lines_of, named_after, names_left, refuse
from interview_tui.export.naming import of_many, stem
from interview_tui.export.options import Enclosed, Options
from interview_tui.export.placing import put_in_place, staging, unwritable
from interview_tui.export.registry import Collection, Format, chosen
from interview_tui.record.export_ports import Names, Written
from interview_tui.record.model import Record
from interview_tui.record.pseudonyms.marked import unreplaced_marks
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.pseudonyms.replaced_record import pseudonymised, wordless
from interview_tui.record.pseudonyms.replacing import Replacer
from interview_tui.record.release import released

_TOLD = 5  # interviews of which an error says why they cannot be written; the rest are counted
_NAMED = 3  # marked names that an error names of one of them


_Bare = Callable[[], Document]
"""Gives the document of an interview without its words, from which the program's own text is told."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An interview on its way out: its record, what goes with it, what stands for names in it and what is no name."""

    record: Record
    enclosed: Enclosed = field(default_factory=Enclosed)
    pseudonyms: tuple[Pseudonym, ...] = ()
    no_names: tuple[str, ...] = ()


def write(
    interviews: Iterable[Outgoing],
    formats: Iterable[str],
    folder: Path,
    options: Options | None = None,
    *,
    study: str = "",
    many: bool = False,
) -> Written:
    """Write interviews in these formats into `folder`, which is made if need be; gives the files, format by format.

    With `many`, formats that can hold many interviews are one file of the study of this name. `interviews` are taken
    one after the other, once. Everything is made before the first file is put in its place. Where names are replaced,
    what was rendered is searched for them; where one is left, nothing is written.

    Raises:
        ExportError: a format is unknown, a marked name is not replaced, a name would be left, or a file cannot be
            written. All interviews of which that is so are told.
    """
    options = options or Options()
    wanted = chosen(formats)
    with staging(folder) as stage, ExitStack() as open_files:
        making = _Making(stage, wanted, options, study, open_files)
        if many:
            making.open(lambda each: of_many(study, each.what, options))
        refused: dict[str, ExportError] = {}
        for outgoing in interviews:
            try:
                making.take(outgoing, many=many)
            except ExportError as error:
                refused[outgoing.record.case] = error
            except OSError as error:
                raise unwritable(folder, error) from error
        if refused:
            raise _as_one(refused)
        try:
            making.finish()
        except OSError as error:
            raise unwritable(folder, error) from error
        files = {folder / file.name: file for name in wanted for file in making.made[name]}
        remarks = [*making.remarks, *put_in_place(files)]
        return Written(tuple(files), tuple(dict.fromkeys(remarks)))


@dataclass(slots=True)
class _Making:
    """Files in the making: those of single interviews are whole, those of many still take interviews in."""

    stage: Path
    wanted: Mapping[str, Format | Collection]
    options: Options
    study: str
    open_files: ExitStack
    made: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))
    gatherings: dict[str, Gathering[Any]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    replaced: list[Pseudonym] = field(default_factory=list)  # in any of the interviews

    def open(self, named: Callable[[Collection], str]) -> None:
        """Begin a file of each format that holds many interviews."""
        for key, each in self.wanted.items():
            if isinstance(each, Collection):
                path = self.stage / f"{named(each)}{each.extension}"
                self.gatherings[key] = self.open_files.enter_context(each.gathering(path, self.study, self.options))
                self.made[key].append(path)

    def take(self, outgoing: Outgoing, *, many: bool) -> None:
        """Make what an interview yields, or add it to what many yield.

        Raises:
            ExportError: it must not be written, or what came of it is no valid file.
        """
        pseudonyms, enclosed = outgoing.pseudonyms, outgoing.enclosed
        if self.options.names is not Names.FULL:
            _refuse_marks(outgoing)
        record = pseudonymised(outgoing.record, Replacer(pseudonyms)) if pseudonyms else outgoing.record
        name = stem(record, self.options, enclosed.role, enclosed.version)
        refuse(named_after(name, pseudonyms))
        if not many:
            self.open(lambda each: f"{name}_{each.what}")
        self.replaced += [each for each in pseudonyms if each not in self.replaced]
        document = build(record, self.options, enclosed)
        bare = cache(lambda: build(wordless(record), self.options, without_audio(enclosed)))
        for key, each in self.wanted.items():
            if isinstance(each, Format):
                self._render(key, each, f"{name}{each.suffix}", document, pseudonyms, bare)
            else:
                self._gather(self.gatherings[key], document, pseudonyms, bare)
        if not many:
            self.finish()

    def finish(self) -> None:
        """Finish what holds many interviews.

        Raises:
            ExportError: what came of it is no valid file.
        """
        for gathering in self.gatherings.values():
            for where, text in gathering.around().items():
                refuse(names_left(where, text.encode("utf-8", "replace"), self.replaced))
            self.remarks += gathering.finish()
        self.gatherings.clear()

    def _render(
        self, key: str, each: Format, name: str, document: Document, pseudonyms: tuple[Pseudonym, ...], bare: _Bare
    ) -> None:
        content = _encoded(each.render(document, self.options))
        _refuse_names({name: content}, pseudonyms, lambda: [_encoded(each.render(bare(), self.options))])
        path = self.stage / name
        path.write_bytes(content)
        self.made[key].append(path)

    def _gather(
        self, gathering: Gathering[Any], document: Document, pseudonyms: tuple[Pseudonym, ...], bare: _Bare
    ) -> None:
        part = gathering.part(document)
        if pseudonyms:
            own = partial(_own_texts, gathering, bare)
            _refuse_names(gathering.texts(part), pseudonyms, own)
        gathering.add(part)


def without_audio(enclosed: Enclosed) -> Enclosed:
    """What goes with a record, less what is not the program's own text: the name of the audio's file, the role."""
    return replace(enclosed, audio=(), recording=None, role="")


def _refuse_marks(outgoing: Outgoing) -> None:
    record = released(outgoing.record)
    marked = list(unreplaced_marks(record, outgoing.pseudonyms, outgoing.no_names))
    if not marked:
        return
    places = [
        f"“@{each.name}” in the note {each.note} about {stamp(each.about_ms - record.origin_ms)}"
        for each in marked[:_NAMED]
    ]
    more = f", and {len(marked) - _NAMED} more" if len(marked) > _NAMED else ""
    raise ExportError(
        f"{record.case} has names that are marked and not replaced: {'; '.join(places)}{more}.",
        f"Say what stands for them: @ in the record, or interview-tui pseudonyms {record.case} --add NAME. Or ask for "
        "the names as they were said: --full.",
    )


def _refuse_names(
    texts: Mapping[str, bytes], pseudonyms: Sequence[Pseudonym], own: Callable[[], Iterable[bytes]]
) -> None:
    """Refuse texts in which a name is left, but on lines that are the program's `own`: made only if one is found."""
    found = [name for name, text in texts.items() if names_left(name, text, pseudonyms)]
    if found:
        lines = {line for text in own() for line in lines_of(text)}
        refuse([left for name in found for left in names_left(name, texts[name], pseudonyms, lines)])


def _own_texts(gathering: Gathering[Any], bare: _Bare) -> Iterable[bytes]:
    return gathering.texts(gathering.part(bare())).values()


def _encoded(content: str | bytes) -> bytes:
    return content.encode("utf-8", "replace") if isinstance(content, str) else content


def _as_one(refused: Mapping[str, ExportError]) -> ExportError:
    """Why some interviews must not be written, as one error."""
    if len(refused) == 1:
        return next(iter(refused.values()))
    first = list(refused.items())[:_TOLD]
    told = [error.message if error.message.startswith(case) else f"{case}: {error.message}" for case, error in first]
    more = [f"And {len(refused) - _TOLD} more."] if len(refused) > _TOLD else []
    return ExportError(
        f"{len(refused)} interviews cannot be exported, so nothing was written. {' '.join([*told, *more])}",
        next(iter(refused.values())).hint,
    )
