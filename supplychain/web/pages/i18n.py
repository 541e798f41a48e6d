"""English and Simplified Chinese.

Which of the two a reader gets; the words themselves come from ``actions/translations.py``.
"""

from __future__ import annotations

from collections.abc import Iterable

from babel import Locale
from flask import Flask, has_request_context, request, session
from flask_babel import Babel
from flask_login import current_user

from supplychain.actions import translations

LANGUAGES = {"en": "English", "zh": "中文"}


def language() -> str:
    """``en`` or ``zh``, chosen once a request."""
    if not has_request_context():
        return "en"
    # Needed for every word and number of a page: the request itself, not its slow stand-in.
    current = request._get_current_object()  # type: ignore[attr-defined]  # a LocalProxy has it
    chosen = getattr(current, "reader_language", None)
    if chosen is None:
        chosen = current.reader_language = _choose_language()
    return chosen


def translate(message: str, **values: object) -> str:
    """The sentence in the reader's language, its ``%(name)s`` places filled."""
    return translations.translate(message, language(), **values)


def _choose_language() -> str:
    """The reader's language: chosen on the page, else the account's, else the browser's."""
    chosen = session.get("language")
    if not chosen and current_user and current_user.is_authenticated:
        chosen = current_user.principal.language
    if not chosen:
        chosen = request.accept_languages.best_match(["en", "zh"], "en")
    return "zh" if chosen == "zh" else "en"


def _name_locale() -> str:
    return "zh_Hans_CN" if language() == "zh" else "en"


def name_countries(codes: Iterable[str]) -> list[tuple[str, str]]:
    """(code, name) of countries in the reader's language, by name."""
    names = Locale.parse(_name_locale()).territories
    named = [(code, names[code]) for code in codes if code in names]
    return sorted(named, key=lambda pair: pair[1])


def init_app(app: Flask) -> None:
    """Attach to an app: ``_()`` in templates, dates and numbers by locale."""
    Babel(app, locale_selector=_name_locale, default_timezone="Asia/Shanghai")
    app.jinja_env.globals["_"] = translate
    app.jinja_env.globals["language"] = language
    app.jinja_env.globals["languages"] = LANGUAGES
