"""Paths that the documents name are there."""

from __future__ import annotations

import re

import pytest

from tests.structure.sources import PACKAGE, ROOT

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
OF_PROJECT = re.compile(
    r"`((?:supplychain|tests|scripts|docs|deploy)/[\w./-]*)[^`]*`|\]\((?!http)([\w./-]+)\)"
)
OF_PACKAGE = re.compile(
    r"`((?:model|award|matching|graph|actions|web|tasks|commands|demo)/[\w/]+(?:\.py|/))`"
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_path_in_a_document_is_there(document: object) -> None:
    path = ROOT / str(document)
    text = path.read_text(encoding="utf-8")
    wrong = [
        name
        for of_project, link in OF_PROJECT.findall(text)
        for name in [of_project or link]
        if not (ROOT / name).exists() and not (path.parent / name).exists()
    ]
    wrong += [name for name in OF_PACKAGE.findall(text) if not (PACKAGE / name).exists()]
    assert wrong == []
