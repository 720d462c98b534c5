"""The commands. Data goes to standard output, everything that is said about it to standard error."""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import click

from interview_tui import __version__
from interview_tui.bundle_command import bundle, receive
from interview_tui.cases_command import cases
from interview_tui.codebook_command import codebook
from interview_tui.comparison_command import compare
from interview_tui.errors import ConfigError, InterviewTuiError, ScheduleError
from interview_tui.export_command import export
from interview_tui.figures_command import figures
from interview_tui.models_command import models
from interview_tui.review_command import review
from interview_tui.schedule_command import import_schedule, new
from interview_tui.search_command import search
from interview_tui.tally_command import tally
from interview_tui.unlock_command import NEEDS_NO_KEY, lock, see_that_unlocked, unlock, unlocked_first, unseal
from interview_tui.withdraw_command import retention, withdraw


class Commands(click.Group):
    """The group of commands: whatever goes wrong reaches the user as a sentence, with an exit code."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, which sees that the study is unlocked before it does anything, if it needs that."""
        found = super().get_command(ctx, cmd_name)
        return found if found is None or cmd_name in NEEDS_NO_KEY else unlocked_first(found)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error is said on standard error."""
        try:
            return super().invoke(ctx)
        except ScheduleError as error:
            for problem in error.problems or (error,):
                click.echo(str(problem), err=True)
            ctx.exit(error.exit_code)
        except InterviewTuiError as error:
            click.echo(f"{error.message}", err=True)
            if error.hint:
                click.echo(f"  {error.hint}", err=True)
            ctx.exit(error.exit_code)
        except (click.ClickException, click.exceptions.Exit, click.Abort, KeyboardInterrupt):
            raise
        except BrokenPipeError:  # whoever read what is printed has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except Exception as error:  # noqa: BLE001 - what nobody has thought of
            from interview_tui.at_rest.files import appending

            log = Path(ctx.params["study"]) / "error.log"
            try:
                with appending(log) as file:
                    file.write(f"ERROR:root:unexpected\n{traceback.format_exc()}".encode("utf-8", "replace"))
                kept = f"The details are in {log}."
            except (OSError, InterviewTuiError):  # a study that cannot be written to, perhaps the reason of it all
                kept = f"The details could not be written to {log}."
            click.echo(f"This should not have happened ({type(error).__name__}: {error}).", err=True)
            click.echo(f"  {kept} Interviews and audio are not touched by this.", err=True)
            ctx.exit(1)


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--study",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="INTERVIEW_TUI_STUDY",
    default=".",
    show_default="the current folder",
    help="The study's folder.",
)
@click.version_option(__version__)
@click.pass_context
def main(ctx: click.Context, study: Path) -> None:
    """Structured critical-incident interviews held by telephone.

    Without a command, opens the study: its interviews, and the records to be read.
    """
    ctx.obj = study
    if ctx.invoked_subcommand is None:
        from interview_tui import application

        see_that_unlocked(study)
        application.open_app(study)


@main.command()
@click.argument("case")
@click.option("--source", default=None, help="The device to record from, as `doctor` lists it.")
@click.option("--line", default=None, help="A second device, which hears the other end of the line.")
@click.option(
    "--rehearse", type=click.Path(path_type=Path), help="Play this recording as the call instead: a rehearsal."
)
@click.option(
    "--plain/--screen", default=None, help="Line by line, without a screen; or with one, whatever you have preferred."
)
@click.pass_obj
def conduct(
    study: Path, case: str, source: str | None, line: str | None, rehearse: Path | None, plain: bool | None
) -> None:
    """Conduct the interview with CASE, or go on with it."""
    from interview_tui.sources import Named
    from interview_tui.store.preferences import preferences_file, read_preferences

    if read_preferences(preferences_file())[0].plain if plain is None else plain:
        from interview_tui import plain as line_mode

        line_mode.conduct(study, case, Named(source, line, rehearse))
        return
    from interview_tui import application

    application.conduct(study, case, Named(source, line, rehearse))


@main.command()
@click.option("--recording", type=click.Path(path_type=Path), help="Play this recording as the call instead.")
@click.option("--silently", is_flag=True, help="Do not play it aloud.")
@click.pass_obj
def rehearse(study: Path, recording: Path | None, silently: bool) -> None:
    """Try the live screen with a recorded participant and a tour of its commands, for ten minutes."""
    from interview_tui import application, rehearsal

    application.needs_terminal()
    rehearsal.run(study, application.show_rehearsal, recording, aloud=not silently)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Check the interview schedule in FILE: every problem, with its line."""
    from interview_tui.schedule.check import check as checked
    from interview_tui.schedule.reader import read_schedule_file

    schedule = read_schedule_file(file)
    problems = checked(schedule, str(file))
    for problem in problems:
        click.echo(str(problem))
    items = sum(1 for _ in schedule.walk())
    click.echo(f"{file}: {schedule.title}, version {schedule.version}: {items} items, {len(problems)} warnings.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--answer", "answers", multiple=True, metavar="ITEM=VALUE", help="An answer, as item=value.")
def outline(file: Path, answers: tuple[str, ...]) -> None:
    """Print the interview schedule in FILE as the interviewer will meet it, given some answers."""
    from interview_tui.schedule.outline import outline as outlined
    from interview_tui.schedule.reader import read_schedule_file

    pairs = [answer.partition("=") for answer in answers]
    wrong = [name for name, sign, _ in pairs if not sign]
    if wrong:
        raise ConfigError(f"--answer {wrong[0]} is not of the form ITEM=VALUE.")
    click.echo(outlined(read_schedule_file(file), {name.strip(): value.strip() for name, _, value in pairs}))


@main.command("import-call")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--case", default="", help="The case; without it, the participant that the log names.")
@click.option("--events", "events_file", default="events.json", show_default=True, help="The log, within FOLDER.")
@click.option("--audio", multiple=True, help="An audio file within FOLDER; one for each recording, in order.")
@click.option("--crosswalk", type=click.Path(path_type=Path), help="Which item each question of the log is.")
@click.pass_obj
def import_call(
    study: Path, folder: Path, case: str, events_file: str, audio: tuple[str, ...], crosswalk: Path | None
) -> None:
    """Take in a call conducted elsewhere: FOLDER holds events.json and the audio."""
    from interview_tui import bootstrap, taking_in

    taken = taking_in.import_call(
        bootstrap.ready_study(study),
        folder,
        case=case,
        events_file=events_file,
        audio=audio,
        crosswalk_file=crosswalk,
    )
    left = f" {taken.left_out} notes begun off the record were left out." if taken.left_out else ""
    click.echo(
        f"{taken.case}: {taken.recorded_ms / 60000:.1f} minutes of audio and {taken.notes} notes taken in.{left}"
        f" Next: interview-tui transcribe {taken.case}",
        err=True,
    )


@main.command()
@click.argument("cases", nargs=-1)
@click.option(
    "--all", "everything", is_flag=True, help="Every interview that has ended and is not transcribed as it is now."
)
@click.option("--engine", default="", help="faster-whisper, openai-whisper, or auto.")
@click.option("--model", default="", help="A model by name, or the folder of one.")
@click.option("--fillers", type=click.Choice(["keep", "drop"]), help="um, uh, er; else as the study says.")
@click.option("--threads", type=click.IntRange(min=0), default=0, help="How many cores to use; without it, all.")
@click.option("--anew", is_flag=True, help="Forget what was finished before.")
@click.option("--scheduler", default="", metavar="ADDRESS", help="Have it heard by a running Dask cluster instead.")
@click.option(
    "--worker", "workers", multiple=True, metavar="NAME", help="A worker of it that may hear, by name, host or address."
)
@click.option("--unencrypted", is_flag=True, help="Send sound to the cluster even where the way is not encrypted.")
@click.pass_obj
def transcribe(
    study: Path,
    cases: tuple[str, ...],
    everything: bool,
    engine: str,
    model: str,
    fillers: str | None,
    threads: int,
    anew: bool,
    scheduler: str,
    workers: tuple[str, ...],
    unencrypted: bool,
) -> None:
    """Transcribe the interviews with CASES on this machine, one after the other; go on where they were left.

    With --scheduler the workers named hear: sound then leaves this machine, and goes to them alone.
    """
    from interview_tui import cluster_command, transcribe_command
    from interview_tui.transcribing import Choice

    choice = Choice(engine, model, fillers or "", threads, anew)
    place = cluster_command.elsewhere(scheduler, workers, unencrypted=unencrypted)
    transcribe_command.transcribe(study, cases, choice, everything=everything, place=place)


@main.command("transcription-worker", hidden=True)
@click.argument("spec", type=click.Path(path_type=Path))
def transcription_worker(spec: Path) -> None:
    """The process in which a transcription runs."""
    from interview_tui import transcribing

    sys.exit(transcribing.transcription_worker(spec))


@main.command()
@click.argument("case")
@click.option("--json", "as_json", is_flag=True, help="The whole record as JSON.")
@click.option("--crosswalk", type=click.Path(path_type=Path), help="Names of questions to use in the JSON.")
@click.pass_obj
def show(study: Path, case: str, as_json: bool, crosswalk: Path | None) -> None:
    """Print the record of CASE."""
    from interview_tui import bootstrap, printed
    from interview_tui.export.json_record import record_json

    opened = bootstrap.open_study(study)
    record, foreign = bootstrap.shown(opened, case, crosswalk)
    if as_json:
        click.echo(json.dumps(record_json(record, foreign), ensure_ascii=False, indent=1))
    else:
        click.echo(printed.record_in_words(record))
        for other in opened.interview(case).soundtrack.attached.values():
            click.echo(f"Heard from another recorder: {other.original} ({other.attached}, by {other.how}).", err=True)


@main.command()
@click.argument("case")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--add", metavar="NAME[=REPLACEMENT]", multiple=True, help="Replace a name; [Person A] if not said by what."
)
@click.option("--also", metavar="FORM", multiple=True, help="With one --add: another form of the name, as Phil.")
@click.option("--study-wide", is_flag=True, help="With --add or --drop: in every interview of the study.")
@click.option("--any-case", is_flag=True, help="With --add: replace it without a capital too, though it is a word.")
@click.option("--drop", metavar="NAME", multiple=True, help="Replace a name no more.")
@click.option(
    "--check", is_flag=True, help="Search FILES, also packed ones, for names. The exit code is 1 if any is left."
)
@click.pass_obj
def pseudonyms(
    study: Path,
    case: str,
    files: tuple[Path, ...],
    add: tuple[str, ...],
    also: tuple[str, ...],
    study_wide: bool,
    any_case: bool,
    drop: tuple[str, ...],
    check: bool,
) -> None:
    """List what stands for names in CASE, and what else may be a name; add and drop pseudonyms.

    They are kept outside the study folder.
    """
    from interview_tui import pseudonyms_command

    wanted = pseudonyms_command.Wanted(add, also, drop, study_wide, any_case)
    sys.exit(pseudonyms_command.run(study, case, wanted, files, check=check))


@main.command()
@click.argument("case")
@click.argument("start")
@click.argument("end")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def clip(study: Path, case: str, start: str, end: str, file: Path) -> None:
    """Cut the audio of CASE from START to END (minutes:seconds of the recording) into FILE (.wav, .flac, .mp3 …)."""
    from interview_tui import bootstrap

    remark = bootstrap.cut_clip(bootstrap.open_study(study), case, start, end, file)
    click.echo(str(file))
    click.echo(remark, err=True, nl=bool(remark))


@main.command()
@click.argument("case")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--at", default="", help="The file begins at this time of the call, 12:37; negative: before it.")
@click.option(
    "--mark", default="", help="A flag of the call at which you clapped: f2, or f2=0:07.3 with the file's time."
)
@click.option("--by-hand", is_flag=True, help="Line it up by ear, on the screen.")
@click.option("--unbroken", is_flag=True, help="It was never paused: keep also what cannot be compared.")
@click.option("--undo", is_flag=False, flag_value="last", default="", help="Take one off again: a2, or the last.")
@click.pass_obj
def attach(
    study: Path, case: str, files: tuple[Path, ...], at: str, mark: str, by_hand: bool, unbroken: bool, undo: str
) -> None:
    """Attach FILES of another recorder to the interview with CASE, lined up with the recording made here."""
    from interview_tui import attach_command

    if undo:
        attach_command.take_off(study, case, undo)
    elif by_hand:
        attach_command.attach_by_hand(study, case, files)
    elif at or mark:
        attach_command.attach_at(study, case, files, at, mark)
    else:
        attach_command.attach(study, case, files, unbroken=unbroken)


@main.command()
@click.argument("case")
@click.argument("withheld", default="")
@click.pass_obj
def destroy(study: Path, case: str, withheld: str) -> None:
    """Destroy what was taken back in the interview with CASE; without WITHHELD, list it."""
    from interview_tui import bootstrap, destroying

    opened = bootstrap.open_study(study)
    lines = destroying.listed(opened, case, withheld)
    if not withheld:
        click.echo("\n".join(lines) if lines else f"Nothing is withheld in {case}.")
        return
    click.echo(f"{lines[0]}\nIts audio, notes and answers are destroyed; this cannot be undone.", err=True)
    confirmed = click.prompt(f"Type {case} to destroy it", err=True)
    click.echo(str(destroying.destroy_alone(opened, case, withheld, confirmed)))


@main.command()
@click.option("--level", "seconds", default=0, help="Listen to the source for so many seconds and show its level.")
@click.option("--study", "whole", is_flag=True, help="Verify the audio of every interview of the study instead.")
@click.option("--repair", is_flag=True, help="With --study: repair what can be repaired. Nothing is destroyed.")
@click.option("--json", "as_json", is_flag=True, help="With --study: what was found, as JSON.")
@click.pass_obj
def doctor(study: Path, seconds: int, whole: bool, repair: bool, as_json: bool) -> None:
    """Check what a call needs: sound, disk, model, terminal. Says what to do about what is not right.

    The exit code is 0 if nothing is wrong, and 1 if something is. With --repair: if something still is.
    """
    from interview_tui import doctor as checks

    if whole:
        sys.exit(checks.examine_study(study, repair=repair, as_json=as_json))
    if repair or as_json:
        raise ConfigError("--repair and --json go with --study.", "Write: interview-tui doctor --study --repair.")
    findings = checks.examine(study, seconds)
    for finding in findings:
        click.echo(str(finding))
    if any(finding.verdict is checks.Verdict.WRONG for finding in findings):
        sys.exit(1)


@main.command()
@click.option("--headless", is_flag=True, help="Without the live screen.")
@click.option("--engine", default="", help="faster-whisper, openai-whisper, or auto.")
@click.pass_obj
def demo(study: Path, headless: bool, engine: str) -> None:
    """Conduct, transcribe and export a recorded interview of a minute, in real time."""
    from interview_tui import demo as demonstration

    demonstration.run(study, headless=headless or not sys.stdout.isatty(), engine=engine)


for command in (
    cases, models, search, compare, review, export, tally, import_schedule,
    new, withdraw, retention, bundle, receive, codebook, figures, unlock, lock, unseal,
):  # fmt: skip
    main.add_command(command)
