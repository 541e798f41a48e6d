"""``scripts/shape``: the figures, or what breaks the rules of words in one folder."""

from __future__ import annotations

import sys

from tests.structure import shape


def main() -> None:
    """Print the figures; with ``--wrong [FOLDER]`` the names that are wrong."""
    if sys.argv[1:2] == ["--wrong"]:
        folder = (sys.argv[2:] or [""])[0].removeprefix("supplychain/")
        for what, names in (
            ("banned name", shape.banned_names()),
            ("constant without a unit", shape.unitless_constants()),
            ("helper without verb and object", shape.one_word_helpers()),
        ):
            for name in names:
                if name.startswith(folder):
                    print(f"{what}: {name}")
        print("class names that stand twice:", ", ".join(shape.repeated_classes()) or "none")
        return
    for folder, (files, lines) in sorted(shape.folders().items()):
        print(f"{folder:28} {files:4} files {lines:6} lines")
    figures = shape.measure()
    print(f"{'all':28} {figures.files:4} files {figures.lines:6} lines")
    print(f"import circles: {len(figures.circles)}")
    print(f"dict[str, Any] per 1,000 lines: {figures.untyped_a_thousand_lines:.1f}")
    print(f"functions with a one-word name: {figures.one_word_share:.0%}")
    print(f"class names that stand twice or more: {len(figures.repeated_classes)}")
    for circle in figures.circles:
        print("  circle:", ", ".join(circle))


if __name__ == "__main__":
    main()
