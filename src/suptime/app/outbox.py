"""The outbox: a folder of messages that are ready to be sent. Each file is there whole, or not at all."""

import re
import stat
from pathlib import Path

from suptime import files
from suptime.errors import WrongUsage

MOST_ALIKE = 1_000


def place(folder: Path, name: str, content: bytes, *, once: bool = False) -> Path:
    """CONTENT as a new file in FOLDER, made where it is missing; no file of that NAME is replaced.

    With ONCE a file of that name that has the same content already is left as the one that was
    asked for. What is no letter, digit, - or _ in NAME becomes _, so that it leads to no other folder.

    Raises:
        WrongUsage: the folder or the file cannot be written.
    """
    safe = re.sub(r"[^A-Za-z0-9_-]", "_", name)[:100] or "message"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with files.draft(folder / safe, private=False) as draft:
            draft.write_bytes(content)
            files.to_disk(draft)
            return _named(draft, folder, safe, content if once else None)
    except OSError as error:
        raise WrongUsage(
            f"{error.filename or folder}: {error.strerror}.",
            hint="Name a folder that can be written to: --outbox DIR",
        ) from error


def _named(draft: Path, folder: Path, safe: str, content: bytes | None) -> Path:
    """Give `draft` the first name that is free; a file that has the `content` already is left as it is."""
    for count in range(1, MOST_ALIKE):
        target = folder / (f"{safe}.eml" if count == 1 else f"{safe}-{count}.eml")
        try:
            files.put(draft, target, replace=False)
        except FileExistsError:
            if _is(target, content):
                return target
            continue
        return target
    raise FileExistsError(17, "there are too many files of this name", str(folder / f"{safe}.eml"))


def _is(target: Path, content: bytes | None) -> bool:
    """Return whether `target` is a regular file with the `content` that may be there already."""
    regular = content is not None and stat.S_ISREG(target.lstat().st_mode)
    return regular and target.read_bytes() == content
