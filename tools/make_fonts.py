"""Make the fonts of pages: subsets of Source Sans 3 under a name of their own.

    pip install fonttools brotli
    python tools/make_fonts.py FOLDER

`FOLDER` is the folder TTF of Adobe's npm package source-sans, whose files Regular and Semibold are in fonts/ unchanged.
The licence (OFL) reserves the name Source for unchanged files, so the subsets are named Suptime Sans.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter  # type: ignore[import-not-found]
from fontTools.ttLib import TTFont  # type: ignore[import-not-found]

FONTS = Path(__file__).resolve().parent.parent / "fonts"
FAMILY = "Suptime Sans"
LETTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *(0x218, 0x219, 0x21A, 0x21B, 0x2BC, 0x2C6, 0x2DA, 0x2DC, 0x1E9E),
    *(0x2002, 0x2009, 0x200B, 0x2011, 0x2012, 0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E),
    *(0x2020, 0x2021, 0x2022, 0x2026, 0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x2044, 0x20AC, 0x2122),
    *(0x2190, 0x2192, 0x2212, 0x2215, 0x2248, 0x2260, 0x2264, 0x2265, 0x25B2, 0x25BC, 0x2713),
)
"""Letters of the languages of western and central Europe, and the signs of documents."""


def main(folder: Path) -> None:
    """Write both weights as WOFF2 into fonts/."""
    for weight in ("Regular", "Semibold"):
        font = TTFont(folder / f"SourceSans3-{weight}.ttf", recalcTimestamp=False)
        options = Options()
        options.flavor = "woff2"
        options.hinting = False
        options.layout_features = ["kern", "mark", "mkmk", "ccmp", "locl", "lnum", "tnum"]
        options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
        subset = Subsetter(options)
        subset.populate(unicodes=LETTERS)
        subset.subset(font)
        names = {
            1: FAMILY,
            2: weight,
            3: f"{FAMILY} {weight}",
            4: f"{FAMILY} {weight}",
            6: f"SuptimeSans-{weight}",
        }
        for name in font["name"].names:
            if name.nameID in names:
                name.string = names[name.nameID]
        font.flavor = "woff2"
        font.save(FONTS / f"SuptimeSans-{weight}.woff2")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
