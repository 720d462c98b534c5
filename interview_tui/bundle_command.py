"""`interview-tui bundle` and `receive` as they speak with their user: interviews from one machine to another."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from interview_tui.errors import ConfigError

if TYPE_CHECKING:
    from interview_tui.store.bundles import Manifest

LISTED = "-"
SHORTEST_PASSPHRASE = 12


@click.command()
@click.argument("cases", nargs=-1)
@click.option(
    "--to", "target", type=click.Path(path_type=Path), help="The file, or a folder; else the study's bundles/."
)
@click.option(
    "--for", "recipients", metavar="AGE-RECIPIENT", multiple=True, help="Who may open it: age1…; again for more."
)
@click.option("--passphrase", is_flag=True, help="Whoever knows a passphrase may open it, which is asked for.")
@click.option("--all", "everything", is_flag=True, help="Every interview that has ended.")
@click.option("--new-key", is_flag=True, help="Make your own key, once, and print the recipient to give to others.")
@click.option(
    "--list", "listed", is_flag=False, flag_value=LISTED, default="", metavar="[FILE]",
    help="List the bundles that were made here, or what is in one.",
)  # fmt: skip
@click.pass_obj
def bundle(
    study: Path,
    cases: tuple[str, ...],
    target: Path | None,
    recipients: tuple[str, ...],
    passphrase: bool,
    everything: bool,
    new_key: bool,
    listed: str,
) -> None:
    """Bundle the interviews with CASES into one sealed file, for somebody else who works on this study.

    Names are not in it: neither who the cases are nor what stands for names.
    """
    if new_key:
        _make_key()
    elif listed:
        _list_made(study) if listed == LISTED else _list_inside(study, Path(listed))
    else:
        _bundle(study, cases, target, recipients, with_passphrase=passphrase, everything=everything)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--key", type=click.Path(path_type=Path), help="A file with the key; without it, your own.")
@click.option("--join", is_flag=True, help="This study, which has no id yet, and the bundle's are one.")
@click.pass_obj
def receive(study: Path, file: Path, key: Path | None, join: bool) -> None:
    """Put the interviews in the bundle FILE together with those of this study. Nothing is overwritten."""
    from interview_tui import bootstrap, receiving

    keys, passphrase = _opening(file, key)
    came = receiving.receive(bootstrap.open_study(study), file, keys, passphrase, join=join)
    click.echo(_from(came.manifest), err=True)
    for case in came.cases:
        for line in case.lines:
            click.echo(line)
        if case.refused:
            click.echo(f"{case.case}: NOT taken. {case.refused}")
    for remark in came.remarks:
        click.echo(remark)
    if any(case.refused for case in came.cases):
        sys.exit(1)


def _bundle(
    study: Path,
    cases: tuple[str, ...],
    target: Path | None,
    recipients: tuple[str, ...],
    *,
    with_passphrase: bool,
    everything: bool,
) -> None:
    from interview_tui import bootstrap, bundling

    opened = bootstrap.open_study(study)
    if everything:
        cases = (*cases, *(summary.case for summary in opened.interviews() if summary.ended and not summary.rehearsal))
    if not recipients and not with_passphrase:
        raise ConfigError(
            "It is not said who may open the bundle.",
            "Name a recipient (--for age1…, which interview-tui bundle --new-key prints there), or --passphrase.",
        )
    if recipients and with_passphrase:
        raise ConfigError("A bundle is sealed for recipients or with a passphrase, not both.", "Leave one out.")
    passphrase = _new_passphrase() if with_passphrase else ""
    made = bundling.bundle(opened, cases, target or bundling.home_of_bundles(opened), recipients, passphrase)
    for remark in made.remarks:
        click.echo(remark, err=True)
    count = len(made.manifest.cases)
    told = f"{count} interview{'s' if count != 1 else ''} ({', '.join(made.manifest.cases)}), {_size(made.size)}."
    click.echo(f"{told} Names and pseudonyms are not in it.", err=True)
    click.echo(str(made.path))


def _make_key() -> None:
    from interview_tui.store import bundle_key

    recipient, made = bundle_key.new_key()
    told = "A new key is in" if made else "Your key is in"
    click.echo(f"{told} {bundle_key.key_file()}. Keep a copy of it; give it to nobody.", err=True)
    click.echo("This is the recipient to give to whoever bundles something for you:", err=True)
    click.echo(recipient)


def _list_made(study: Path) -> None:
    from interview_tui import bootstrap
    from interview_tui.store.made_bundles import made_bundles

    found = made_bundles(bootstrap.open_study(study).path)
    for made in found:
        gone = f"  deleted {made.deleted}" if made.deleted else ""
        click.echo(f"{made.at}  {made.file}  {', '.join(made.cases)}  sha256 {made.sha256[:12]}{gone}")
    if not found:
        click.echo("No bundle was made of this study yet.", err=True)


def _list_inside(study: Path, file: Path) -> None:
    from interview_tui import bootstrap, receiving

    keys, passphrase = _opening(file, None)
    manifest = receiving.listed(bootstrap.open_study(study).path, file, keys, passphrase)
    click.echo(_from(manifest), err=True)
    for entry in manifest.entries:
        click.echo(f"{entry.size:>12}  {entry.sha256[:12]}  {entry.name}")


def _opening(file: Path, key: Path | None) -> tuple[list[object], str]:
    """What opens a bundle: the keys there are, or a passphrase that is asked for."""
    from interview_tui.store import bundle_key, sealing

    if sealing.is_with_passphrase(file):
        return [], click.prompt("Passphrase", hide_input=True, err=True)
    return list(bundle_key.keys_in(key) if key else bundle_key.own_keys()), ""


def _new_passphrase() -> str:
    typed: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt="Once more", err=True)
    if len(typed) < SHORTEST_PASSPHRASE:
        raise ConfigError(
            f"A passphrase of {len(typed)} characters can be guessed.",
            f"Take {SHORTEST_PASSPHRASE} or more: several words, told on the telephone and not sent with the file.",
        )
    return typed


def _from(manifest: Manifest) -> str:
    made = datetime.fromtimestamp(manifest.made_wall_ms / 1000).astimezone()
    return (
        f"Bundle of {manifest.study_name}, made {made:%d %B %Y, %H:%M} by {manifest.by} on {manifest.machine}: "
        f"{', '.join(manifest.cases)}"
    )


def _size(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1000:.1f} kB"
