"""The templates of exports: ours, and those by which a study overrides them.

A study may have been given to somebody, so its templates are not trusted: they run in a sandbox in which nothing can be
changed and no file reached, and what they print is escaped, but in plain text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sized
from functools import lru_cache
from pathlib import Path, PurePath
from traceback import walk_tb
from typing import Any

from jinja2 import BaseLoader, Environment, FileSystemLoader, PackageLoader, StrictUndefined
from jinja2.exceptions import SecurityError, TemplateNotFound, TemplateSyntaxError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from interview_tui.errors import ExportError
from interview_tui.export.legible import legible
from interview_tui.export.options import Options

PLAIN = ".txt.j2"
"""How the names of templates end whose text is not escaped."""
_OF_A_PATH = ("name", "stem", "suffix")  # all else that a path can do reaches files
_LARGEST = 1_000_000  # bits of a number, or letters of a text: more only wastes time and memory


def rendered(template: str, options: Options, values: Mapping[str, Any]) -> str:
    """What a template of this name makes of some values: the study's own if it has one, else ours.

    All text that goes into it is legible (see `legible`); it is escaped, but in plain text.

    Raises:
        ExportError: a template of the study cannot be read or fails; names its file and line.
    """
    own = options.templates
    try:
        return _environment(own).get_template(template).render(values)
    except Exception as error:  # whatever a template of a study does wrong is told as its own mistake
        place = _place(error, own, template)
        if place is None:
            raise
        raise broken(*place, _why(error)) from error


def own_file(template: str, options: Options) -> Path | None:
    """The study's own template of this name; None where it has none."""
    file = options.templates / template if options.templates is not None else None
    return file if file is not None and file.is_file() else None


def idle(own: Path) -> list[str]:
    """The templates in a study's folder that override none of ours, and that none of its others names."""
    ours = set(PackageLoader("interview_tui.export").list_templates())
    texts = {name: (own / name).read_bytes() for name in FileSystemLoader(own).list_templates() if name.endswith(".j2")}
    return [
        name
        for name in texts
        if name not in ours and not any(name.encode() in text for other, text in texts.items() if other != name)
    ]


def broken(file: str, line: int, why: str) -> ExportError:
    """That a template of the study cannot be used; `line` is 0 where it is not known."""
    where = f"{file}, line {line}" if line else file
    return ExportError(
        f"The template {where} cannot be used: {why}.", "Mend that line, or take the file away: ours is used then."
    )


class _OwnFirst(BaseLoader):
    """The templates of a study before ours; one that is added while the program runs is seen."""

    def __init__(self, own: Path | None) -> None:
        self._own = own
        self._ours = PackageLoader("interview_tui.export")

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        if self._own is None:
            return self._ours.get_source(environment, template)
        file = self._own / template
        try:
            found = FileSystemLoader(self._own).get_source(environment, template)
        except TemplateNotFound:
            source, filename, _ = self._ours.get_source(environment, template)
            return source, filename, lambda: not file.exists()
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise TemplateSyntaxError("it is not UTF-8 text", line, template, str(file)) from error
        if not file.resolve().is_relative_to(self._own.resolve()):
            raise TemplateSyntaxError("it is a link that leads out of its folder", 1, template, str(file))
        return found


class _Sandbox(ImmutableSandboxedEnvironment):
    """A sandbox that also keeps templates from files, and from sums that never end."""

    intercepted_binops = frozenset({"*", "**"})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, PurePath):
            return attr in _OF_A_PATH
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if _grown(operator, left, right) > _LARGEST:
            raise SecurityError("it would be too large")
        return super().call_binop(context, operator, left, right)


def _grown(operator: str, left: object, right: object) -> int:
    """How large a product or a power is: the bits of a number, the length of anything else."""
    if isinstance(left, int) and isinstance(right, int):
        return left.bit_length() * right if operator == "**" else left.bit_length() + right.bit_length()
    for repeated, times in ((left, right), (right, left)):
        if isinstance(repeated, Sized) and isinstance(times, int):
            return len(repeated) * times
    return 0


@lru_cache(maxsize=8)
def _environment(own: Path | None) -> _Sandbox:
    """What templates run in; each is compiled once as long as its file stays as it is."""
    return _Sandbox(
        loader=_OwnFirst(own),
        autoescape=lambda name: name is None or not name.endswith(PLAIN),
        undefined=StrictUndefined,
        finalize=lambda value: legible(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _place(error: Exception, own: Path | None, template: str) -> tuple[str, int] | None:
    """The file and line of the study's template in which an error arose; None if it was in none of them.

    Jinja writes the templates into the traceback.
    """
    if own is None:
        return None
    if isinstance(error, TemplateSyntaxError):
        frames = [(error.filename or template, error.lineno)]
    else:
        frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    theirs = [(file, line) for file, line in frames if Path(file).is_relative_to(own)]
    if theirs:
        return theirs[-1]
    return (str(own / template), 0) if isinstance(error, OSError) and (own / template).is_file() else None


def _why(error: Exception) -> str:
    """What an error says, as the end of a sentence."""
    match error:
        case TemplateSyntaxError():
            said = error.message or "it is no template"
        case TemplateNotFound():
            said = f"there is no template {error.name}"
        case SecurityError():
            said = f"it may not do that: {error}"
        case RecursionError():
            said = "it calls itself without end"
        case OSError() if error.strerror:
            said = error.strerror
        case _:
            said = str(error) or type(error).__name__
    return " ".join(said.split()).rstrip(".")
