"""English and Simplified Chinese, for whatever is read: pages, answers, mail.

The English sentence is the key. Chinese lives in ``web/translations/zh/<noun>.po``, one file a
noun, read once when the process starts; nothing needs compiling.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from babel.messages.pofile import read_po


@lru_cache(maxsize=1)
def chinese() -> dict[str, str]:
    """English to Chinese, from all files."""
    words: dict[str, str] = {}
    folder = resources.files("supplychain.web") / "translations" / "zh"
    for entry in sorted(folder.iterdir(), key=lambda file: file.name):
        if entry.name.endswith(".po"):
            with entry.open("rb") as file:
                catalogue = read_po(file, locale="zh")
            words.update(
                (str(message.id), str(message.string))
                for message in catalogue
                if message.id and message.string and isinstance(message.id, str)
            )
    return words


def translate(message: str, language: str, /, **values: object) -> str:
    """The sentence in a language (``en`` or ``zh``), its ``%(name)s`` places filled."""
    text = chinese().get(message, message) if language == "zh" else message
    return text % values if values else text
