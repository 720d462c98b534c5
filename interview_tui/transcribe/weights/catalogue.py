"""The models that can be had by name: what each is, how large, on what terms, and which bytes it must be.

Names and repositories are those that faster-whisper knows. A repository's revision is a commit, so that a name always
means the same weights; the hashes of `model.bin` were compared between independent lists of them, and where there was
one such list only none stands here: what arrives is then held against what the hub promises.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne

NEAR_ENOUGH = 60.0  # of 100, as rapidfuzz counts likeness


@dataclass(frozen=True, slots=True)
class Entry:
    """A model by name. `languages` are how many it knows; `sha256` is that of `model.bin`, empty where not known."""

    name: str
    repository: str
    revision: str
    megabytes: int
    languages: int
    sha256: str = ""
    licence: str = "MIT"

    @property
    def english_only(self) -> bool:
        """Whether it knows nothing but English."""
        return self.languages == 1


CATALOGUE = {
    entry.name: entry
    for entry in (
        Entry(
            "tiny.en",
            "Systran/faster-whisper-tiny.en",
            "0d3d19a32d3338f10357c0889762bd8d64bbdeba",
            78,
            1,
            "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        ),
        Entry(
            "tiny",
            "Systran/faster-whisper-tiny",
            "d90ca5fe260221311c53c58e660288d3deb8d356",
            78,
            99,
            "dcb76c6586fc06cbdac6dd21f14cfd129cc4cdd9dce19bf4ffa62e59cbe6e6d1",
        ),
        Entry(
            "base.en",
            "Systran/faster-whisper-base.en",
            "3d3d5dee26484f91867d81cb899cfcf72b96be6c",
            148,
            1,
            "2a166925539a16005f14ff328359f9b9adb9dc4fb631bb3b227526862e93e2ef",
        ),
        Entry(
            "base",
            "Systran/faster-whisper-base",
            "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
            148,
            99,
            "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        ),
        Entry(
            "distil-small.en",
            "Systran/faster-distil-whisper-small.en",
            "ef77d90526ccd62cde3808ee70626a01e5cf83e4",
            336,
            1,
            "1187de3982cdcf962a2fb8f797e429fb4651b875b18fe9ce50b58b52fc9072b7",
        ),
        Entry(
            "small.en",
            "Systran/faster-whisper-small.en",
            "d1d751a5f8271d482d14ca55d9e2deeebbae577f",
            486,
            1,
            "62b2a45b05ee59acb4a5341b33ee35e041395d378d418a18acfe4c9e768ee37a",
        ),
        Entry(
            "small",
            "Systran/faster-whisper-small",
            "536b0662742c02347bc0e980a01041f333bce120",
            486,
            99,
            "3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671",
        ),
        Entry(
            "distil-medium.en",
            "Systran/faster-distil-whisper-medium.en",
            "80ddfce281f77766d8943d63109199fc8145dfa5",
            792,
            1,
            "d4cb75d823dcd2647191064da76f026774c06c036908f38456165368d0e2d66a",
        ),
        Entry(
            "medium.en",
            "Systran/faster-whisper-medium.en",
            "a29b04bd15381511a9af671baec01072039215e3",
            1530,
            1,
            "11b220779aea4c6f3ce9d2549c8a95ea869ed84066864b999531ef53e594fe5b",
        ),
        Entry(
            "medium",
            "Systran/faster-whisper-medium",
            "08e178d48790749d25932bbc082711ddcfdfbc4f",
            1531,
            99,
            "9b45e1009dcc4ab601eff815b61d80e60ce3fd8c74c1a14f4a282258286b51ae",
        ),
        Entry(
            "distil-large-v3",
            "Systran/faster-distil-whisper-large-v3",
            "c3058b475261292e64a0412df1d2681c06260fab",
            1516,
            1,
            "b79368e19b6623813609431a6e5ee309a71506701ebc49fd7820e692dec7c5f5",
        ),
        Entry(
            "distil-large-v3.5",
            "distil-whisper/distil-large-v3.5-ct2",
            "9793ccc07920e0f830e1dba0343efcdf0ef8c903",
            1516,
            1,
        ),
        Entry(
            "large-v3-turbo",
            "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
            "0a363e9161cbc7ed1431c9597a8ceaf0c4f78fcf",
            1622,
            100,
            "e76620f83d5f5b69efd3d87e3dc180c1bd21df9fbebacfd4335e5e1efcc018da",
        ),
        Entry(
            "large-v2",
            "Systran/faster-whisper-large-v2",
            "f0fe81560cb8b68660e564f55dd99207059c092e",
            3090,
            99,
            "bf2a9746382e1aa7ffff6b3a0d137ed9edbd9670c3b87e5d35f5e85e70d0333a",
        ),
        Entry(
            "large-v3",
            "Systran/faster-whisper-large-v3",
            "edaa852ec7e145841d8ffdb056a99866b5f0a478",
            3091,
            100,
            "69f74147e3334731bc3a76048724833325d2ec74642fb52620eda87352e3d4f1",
        ),
    )
}
SHORT_NAMES = {"large": "large-v3", "turbo": "large-v3-turbo"}


def named(name: str) -> Entry | None:
    """The entry of this name, the short ones of faster-whisper included."""
    return CATALOGUE.get(SHORT_NAMES.get(name, name))


def with_weights(sha256: str) -> Entry | None:
    """The entry whose `model.bin` has this hash: what a folder of unknown origin really holds."""
    return next((entry for entry in CATALOGUE.values() if sha256 and entry.sha256 == sha256), None)


def nearest(name: str, among: list[str]) -> str:
    """The name that was probably meant; empty if none is like it."""
    found = extractOne(name.lower(), among, scorer=ratio, score_cutoff=NEAR_ENOUGH)
    return found[0] if found else ""


def size_in_words(size: int) -> str:
    """Bytes as people say them: `486 MB`, `1.6 GB`."""
    megabytes = size / 1e6
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 999.5 else f"{megabytes:.0f} MB"


def languages_in_words(languages: int) -> str:
    """`English only`, `99 languages`; nothing is said of 0, which is not known."""
    return "English only" if languages == 1 else f"{languages} languages" if languages else "languages not known"
