"""Write the texts of documents for a native reader to check: a CSV file for each language.

    python tools/make_review.py [FOLDER]

Each row has the English text, where it is used, its translation, and an empty column for a better one. The folder is
`build/review` if none is given.
"""

import csv
import sys
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
HEADS = ("text", "context", "used in", "translation", "better")


def main(folder: Path) -> None:
    """Write the files."""
    folder.mkdir(parents=True, exist_ok=True)
    for catalogue in sorted((ROOT / "templates" / "languages").glob("*.po")):
        with catalogue.open("rb") as source:
            messages = [message for message in read_po(source, catalogue.stem) if message.id]
        place = folder / f"{catalogue.stem}.csv"
        with place.open("w", encoding="utf-8-sig", newline="") as out:
            written = csv.writer(out)
            written.writerow(HEADS)
            written.writerows(row for message in messages for row in rows(message))
        print(f"{place}: {len(messages)} texts")


def rows(message: Message) -> list[tuple[str, str, str, str, str]]:
    """Return a row for each form of a text."""
    used = ", ".join(dict.fromkeys(Path(file).stem for file, _ in message.locations))
    texts = message.id if isinstance(message.id, list | tuple) else (message.id,)
    translations = message.string if isinstance(message.string, list | tuple) else (message.string,)
    last = len(texts) - 1
    return [
        (texts[min(n, last)], message.context or "", used, translation, "")
        for n, translation in enumerate(translations)
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "review")
