"""`interview-tui models` as it speaks with its user: what there is, what it costs, what arrived, what is wrong."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from interview_tui.errors import ConfigError, TranscriptionError

if TYPE_CHECKING:
    from interview_tui.transcribe.weights.hub import Offer
    from interview_tui.transcribe.weights.stock import Listed

BAR = 16
SHORTEST_INTERVAL_S = 0.2
EXPECTED = (
    "Words heard wrongly, of a hundred of read speech on a telephone: tiny.en 8-14,\n"
    "base 7-17. Larger models do better; by how much was not measured here."
)


@click.group(invoke_without_command=True)
@click.pass_context
def models(ctx: click.Context) -> None:
    """List the models for transcription; add, verify or remove one."""
    if ctx.invoked_subcommand is None:
        _list(ctx.obj)


@models.command()
@click.argument("wanted", metavar="NAME|DIR")
@click.option("--name", default="", help="With DIR: what the model is to be called.")
@click.option("--yes", is_flag=True, help="Fetch it without asking.")
def add(wanted: str, name: str, yes: bool) -> None:
    """Fetch the model NAME once, or take in the one in the folder DIR. Size and licence are said first."""
    from interview_tui.transcribe.weights.catalogue import named
    from interview_tui.transcribe.weights.models import default_cache, unknown

    cache = default_cache()
    entry = named(wanted)
    if entry and not name:
        _fetch(entry.name, cache, yes=yes)
    elif Path(wanted).is_dir() or {"/", "\\"} & set(wanted) or name:
        _take_in(Path(wanted), name, cache)
    else:
        raise unknown(wanted, cache)


@models.command()
@click.argument("name", default="")
def verify(name: str) -> None:
    """Read the model NAME again, or all that are here, and compare every file with its hash."""
    from interview_tui.transcribe.weights import stock
    from interview_tui.transcribe.weights.models import canonical, default_cache

    cache = default_cache()
    here = [one.name for one in stock.listed(cache) if one.presence in {stock.Presence.PACKAGED, stock.Presence.KEPT}]
    problems = 0
    for one in [canonical(name)] if name else here:
        line = _ByteLine(sys.stderr, one, stock.bytes_to_verify(one, cache))
        try:
            wrong = stock.wrong_with(one, cache, line.more)
        finally:
            line.clear()
        problems += bool(wrong)
        for what in wrong or ["whole"]:
            click.echo(f"{one}: {what}")
    if problems:
        raise TranscriptionError(f"{problems} of them cannot be used as {'it is' if problems == 1 else 'they are'}.")


@models.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take the model NAME off this machine."""
    from interview_tui.transcribe.weights import stock
    from interview_tui.transcribe.weights.catalogue import size_in_words
    from interview_tui.transcribe.weights.models import default_cache

    freed = stock.remove(name, default_cache())
    click.echo(f"{name} is removed; {size_in_words(freed)} are free again.", err=True)


def _list(study: Path) -> None:
    from interview_tui.transcribe.weights import stock
    from interview_tui.transcribe.weights.models import PACKAGED, default_cache

    language, used = _used_by(study)
    cache = default_cache()
    click.echo(f"  {'name':<18}{'languages':<13}{'size':<7}{'licence':<8}{'from':<15}here, verified")
    for one in stock.listed(cache):
        click.echo(_row(one, used=one.name == used))
    click.echo(f"\n* used for this study (language {language}) unless --model names another.")
    click.echo(EXPECTED)
    for packaged in PACKAGED.values():
        if not packaged.installed:
            click.echo(f"{packaged.name} also comes in a package: {packaged.install}")
    click.echo(f"To add one: interview-tui models add NAME. They are kept in {cache}.")


def _used_by(study: Path) -> tuple[str, str]:
    """The language of the study in a folder, and the model that it uses; as for a new study where there is none."""
    from interview_tui import bootstrap
    from interview_tui.store.settings import StudySettings
    from interview_tui.store.study import SETTINGS_FILE
    from interview_tui.transcribe.weights.models import AUTO, canonical, default_name

    settings = StudySettings()
    if (study / SETTINGS_FILE).exists():
        settings = bootstrap.open_study(study).settings
    wanted = settings.model or AUTO
    return settings.language, default_name(settings.language) if wanted == AUTO else canonical(wanted)


def _row(one: Listed, *, used: bool) -> str:
    from interview_tui.transcribe.weights.catalogue import size_in_words
    from interview_tui.transcribe.weights.stock import Presence

    languages = {0: "not known", 1: "English only"}.get(one.languages, str(one.languages))
    here = {Presence.UNFINISHED: "in part", Presence.ABSENT: "no"}.get(one.presence, one.verified or "not verified yet")
    size, licence = size_in_words(one.size), one.licence or "-"
    mark = "*" if used else " "
    return f"{mark} {one.name:<17} {languages:<13}{size:<7}{licence:<8}{one.origin:<15}{here}"


def _fetch(name: str, cache: Path, *, yes: bool) -> None:
    """Say what it is, ask, fetch it."""
    from interview_tui.transcribe.weights import hub, kept_models
    from interview_tui.transcribe.weights.catalogue import CATALOGUE
    from interview_tui.transcribe.weights.models import PACKAGED

    if name in PACKAGED and PACKAGED[name].installed:
        click.echo(f"{name} is here already: it came in a Python package.", err=True)
        return
    if kept_models.kept_model(name, cache):
        click.echo(f"{name} is here already. Verify it: interview-tui models verify {name}", err=True)
        return
    offer = hub.ask(CATALOGUE[name])
    _describe(offer, cache)
    if not yes and not sys.stdin.isatty():
        raise ConfigError(
            "Nothing was fetched: nobody is here to be asked.", f"Run: interview-tui models add {name} --yes"
        )
    if not yes and not click.confirm("Fetch it?", default=True, err=True):
        click.echo("Nothing was fetched.", err=True)
        return
    line = _ByteLine(sys.stderr, name, offer.size)
    try:
        kept = hub.fetch_into_cache(offer, cache, line.at)
    except KeyboardInterrupt:
        line.clear()
        click.echo(f"Stopped. What has arrived is kept: interview-tui models add {name} goes on there.", err=True)
        raise
    finally:
        line.clear()
    click.echo(f"{name} is here, verified: {kept.files[kept_models.WEIGHTS][:12]}. Use it: --model {name}", err=True)


def _describe(offer: Offer, cache: Path) -> None:
    """What is to be known before it is fetched."""
    from interview_tui.transcribe.weights import kept_models
    from interview_tui.transcribe.weights.catalogue import languages_in_words, size_in_words

    entry, there = offer.entry, kept_models.unfinished_bytes(offer.entry.name, cache)
    free = size_in_words(kept_models.free_bytes(cache))
    languages = languages_in_words(entry.languages)
    click.echo(f"{entry.name}: {size_in_words(offer.size)}, licence {offer.licence}, {languages}.", err=True)
    click.echo(f"  from {offer.address}/{entry.repository}, version {entry.revision[:12]}", err=True)
    click.echo(f"  into {cache}, where {free} are free", err=True)
    if there:
        click.echo(f"  {size_in_words(there)} of it are here already", err=True)


def _take_in(folder: Path, name: str, cache: Path) -> None:
    """Copy a folder into the cache and say what it became."""
    from interview_tui.transcribe.weights import stock
    from interview_tui.transcribe.weights.catalogue import size_in_words
    from interview_tui.transcribe.weights.kept_models import WEIGHTS

    line = _ByteLine(sys.stderr, name or folder.name, stock.size_of(folder))
    try:
        kept = stock.take_in(folder, name, cache, line.more)
    finally:
        line.clear()
    terms = f"licence {kept.licence}" if kept.licence else "on whatever terms you had it"
    click.echo(
        f"{kept.name} is here, {size_in_words(kept.size)}, {terms}; model.bin is {kept.files[WEIGHTS][:12]}. "
        f"Use it: --model {kept.name}",
        err=True,
    )


class _ByteLine:
    """Redraws one line of how many bytes are done on a terminal; on anything else it says nothing."""

    def __init__(self, out: TextIO, what: str, size: int) -> None:
        self._out, self._what, self._size = out, what, max(1, size)
        self._terminal = out.isatty()
        self._done = 0
        self._first: tuple[float, int] | None = None
        self._last = 0.0

    def more(self, count: int) -> None:
        """Say that so many bytes more are done."""
        self.at(self._done + count)

    def at(self, done: int) -> None:
        """Say that so many bytes are done."""
        self._done = done
        now = time.monotonic()
        self._first = self._first or (now, done)
        if self._terminal and (now - self._last >= SHORTEST_INTERVAL_S or done >= self._size):
            self._last = now
            self._write(self._in_words(now))

    def clear(self) -> None:
        """Take the line away."""
        if self._terminal:
            self._write("")

    def _in_words(self, now: float) -> str:
        """`small.en  ████████░░░░░░░░  243 of 486 MB  8.1 MB/s  about 0:30 left`."""
        from interview_tui.transcribe.weights.catalogue import size_in_words

        share = min(1.0, self._done / self._size)
        bar = "█" * round(share * BAR) + "░" * (BAR - round(share * BAR))
        far = f"{self._what}  {bar}  {size_in_words(self._done)} of {size_in_words(self._size)}"
        if share == 1.0:
            return f"{far}  verifying"
        began, had = self._first or (now, self._done)
        pace = (self._done - had) / (now - began) if now > began else 0.0
        if not pace:
            return far
        left_s = round((self._size - self._done) / pace)
        return f"{far}  {pace / 1e6:.1f} MB/s  about {left_s // 60}:{left_s % 60:02d} left"

    def _write(self, words: str) -> None:
        self._out.write(f"\r\x1b[K{words}")
        self._out.flush()
