"""An import as a conversation: read, said of, mended, written, and remembered."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from neo4j import Driver

from supplychain.actions.imports import conversations, mappings, uploads
from supplychain.actions.imports.conversations import Conversation
from supplychain.actions.imports.imports import import_tables
from supplychain.actions.imports.uploads import folder_of, upload_tables
from supplychain.errors import Invalid, NotFound, NotOpen, Stale
from supplychain.graph import firms
from supplychain.graph.engine.transactions import read, row
from supplychain.model.imports.mends import NO_MENDS, Mends
from supplychain.model.imports.understanding import NO_ANSWERS, Answers
from supplychain.model.people.actors import Actor
from tests.make.accounts import make_user
from tests.make.jobs import do_jobs
from tests.make.tables import network, write_folder

LIST = (
    "Bill of the press,,,,\n"
    "Artikel,Bezeichnung,Menge,Sorte,Gewicht kg\n"
    "P-1,Bolt M8,4 pcs,Castings,0.02\n"
    "P-2,Nut M8,4,Castings,EA\n"
    "P-3,Washer,8,Castings,EA\n"
)
NAMES = {"table": "parts", "category": "Castings"}


class Sent:
    """A file as a browser sends it."""

    def __init__(self, text: str, name: str) -> None:
        self.filename, self.stream = name, io.BytesIO(text.encode())


@pytest.fixture
def presses(driver: Driver, tmp_path: Path) -> Actor:
    import_tables(driver, write_folder(tmp_path / "network", network()), by=None)
    return make_user(driver, read(driver, firms.get, "presses"))


def send(driver: Driver, by: Actor, text: str = LIST, name: str = "EBOM 2026-11.csv") -> str:
    """Send a file to be looked at first."""
    return upload_tables(driver, [Sent(text, name)], skip_bad=False, by=by, by_steps=True)


def see(driver: Driver, upload_id: str, by: Actor) -> Conversation:
    """Do what waits and look."""
    do_jobs(driver)
    return conversations.get(driver, upload_id, by=by)


def answer(driver: Driver, upload_id: str, by: Actor, answers: Answers, version: int = 1) -> None:
    conversations.answer_questions(driver, upload_id, answers, version=version, by=by)


AS_PARTS = replace(
    NO_ANSWERS,
    tables={"list-1": "parts"},
    columns={"list-1": {"Artikel": "part_id", "Bezeichnung": "name", "Sorte": "category"}},
    values={"list-1": {"designer_id": "presses"}},
)
MENDED = Mends(texts={("list-1", "weight_kg", "EA"): "0.01"})


def test_a_list_of_any_name_is_read_said_of_mended_and_written(
    driver: Driver, presses: Actor
) -> None:
    upload_id = send(driver, presses)
    first = conversations.get(driver, upload_id, by=presses)
    assert (first.step, first.understanding) == ("reading", None)
    first = see(driver, upload_id, presses)
    assert first.understanding is not None
    assert (first.step, [one.kind for one in first.understanding.questions]) == (
        "meaning",
        ["table"],
    )
    assert first.understanding.heads[0].rows[1].cells[:2] == ("Artikel", "Bezeichnung")
    answer(driver, upload_id, presses, AS_PARTS)
    second = see(driver, upload_id, presses)
    assert second.step == "mending"
    assert second.understanding is not None
    assert second.check is not None
    (sheet,) = second.understanding.sheets
    assert [one.header for one in sheet.unused] == ["Menge"]
    assert sheet.unused[0].samples == ("4 pcs", "4", "8")
    (fault,) = second.check.faults
    assert (fault.column, fault.text, fault.rows, fault.count, fault.of_text, fault.context) == (
        "weight_kg", "EA", (4, 5), 2, True, "Nut M8",
    )  # fmt: skip
    with pytest.raises(Invalid, match="cannot be written: 2"):
        conversations.begin_writing(driver, upload_id, skip_bad=False, version=2, by=presses)
    conversations.mend_faults(driver, upload_id, MENDED, version=2, by=presses)
    third = see(driver, upload_id, presses)
    assert (third.step, third.said.version) == ("ready", 3)
    assert third.check is not None
    assert [(one.table, one.new) for one in third.check.tables] == [("parts", 3)]
    conversations.begin_writing(driver, upload_id, skip_bad=False, version=3, by=presses)
    assert conversations.get(driver, upload_id, by=presses).step == "writing"
    with pytest.raises(NotOpen, match="being written"):
        answer(driver, upload_id, presses, AS_PARTS, version=3)
    last = see(driver, upload_id, presses)
    assert (last.step, last.upload.job.result["tables"]["parts"]["new"]) == ("written", 3)
    with pytest.raises(NotOpen, match="is written"):
        conversations.mend_faults(driver, upload_id, NO_MENDS, version=3, by=presses)


def test_what_was_said_is_remembered_for_the_next_file_of_its_shape(
    driver: Driver, presses: Actor
) -> None:
    upload_id = send(driver, presses)
    do_jobs(driver)
    answer(driver, upload_id, presses, AS_PARTS)
    do_jobs(driver)
    assert mappings.list_mappings(driver, by=presses) == []
    conversations.begin_writing(driver, upload_id, skip_bad=True, version=2, by=presses)
    do_jobs(driver)
    (mapping,) = mappings.list_mappings(driver, by=presses)
    assert mapping.name == "EBOM 2026-11.csv"
    later = LIST.replace("P-", "Q-").replace("EA", "1").replace("Bill of", "Parts of")
    again = see(driver, send(driver, presses, later, "parts_2026-12.csv"), presses)
    assert (again.step, again.upload.remembered_at) == ("ready", mapping.used_at)
    assert again.upload.remembered_by == mapping.used_by != ""
    rival = make_user(driver, read(driver, firms.get, "forge"))
    assert mappings.list_mappings(driver, by=rival) == []
    assert see(driver, send(driver, rival), rival).step == "meaning"
    with pytest.raises(NotFound):
        mappings.forget_mapping(driver, mapping.shape, by=rival)
    mappings.forget_mapping(driver, mapping.shape, by=presses)
    assert see(driver, send(driver, presses), presses).step == "meaning"


def test_two_who_answer_at_once_do_not_overwrite_each_other(driver: Driver, presses: Actor) -> None:
    upload_id = send(driver, presses)
    answer(driver, upload_id, presses, AS_PARTS)
    with pytest.raises(Stale):
        answer(driver, upload_id, presses, NO_ANSWERS)
    with pytest.raises(Stale):
        conversations.begin_writing(driver, upload_id, skip_bad=True, version=1, by=presses)
    assert see(driver, upload_id, presses).said.answers.tables == AS_PARTS.tables
    states = "MATCH (j:Job {about_id: $id}) RETURN count(j) AS n, collect(j.state) AS states"
    found = read(driver, lambda tx: row(tx, states, id=upload_id))
    assert found is not None
    assert sorted(found["states"]) == ["cancelled", "done"]


def test_a_part_twice_under_one_parent_is_added_up_if_wished(
    driver: Driver, presses: Actor
) -> None:
    text = "parent_part_id,child_part_id,quantity\nframe,bolt,0.1\nframe,bolt,0.2\nframe,ring,1\n"
    upload_id = send(driver, presses, text, "bom.csv")
    first = see(driver, upload_id, presses)
    assert first.check is not None
    assert [(one.kind, one.samples) for one in first.check.questions] == [("repeated", ("3",))]
    again = [one for one in first.check.faults if one.rows == (3,)]
    assert [one.message % one.values for one in again] == [
        "The same row is there before, in row 2."
    ]
    answer(driver, upload_id, presses, replace(NO_ANSWERS, added_up=frozenset({"bom"})))
    second = see(driver, upload_id, presses)
    assert second.check is not None
    assert (second.check.questions, second.check.tables[0].bad) == (
        (),
        first.check.tables[0].bad - 1,
    )


def test_a_row_a_cell_and_a_text_are_mended_or_left_out(driver: Driver, presses: Actor) -> None:
    text = "firm_id,part_id,quantity\npresses,bolt,x\npresses,frame,x\npresses,bolt,7\nx,bolt,1\n"
    upload_id = send(driver, presses, text, "stocks.csv")
    first = see(driver, upload_id, presses)
    assert first.check is not None
    assert [(one.column, one.text, one.count) for one in first.check.faults] == [
        ("firm_id", "x", 1),
        ("quantity", "x", 2),
    ]
    mends = Mends(
        cells={("stocks", 2, "quantity"): "y"},
        texts={("stocks", "quantity", "x"): "5"},
        left_texts=frozenset({("stocks", "firm_id", "x")}),
    )
    conversations.mend_faults(driver, upload_id, mends, version=1, by=presses)
    second = see(driver, upload_id, presses)
    assert second.check is not None
    assert [(one.text, one.rows) for one in second.check.faults] == [("y", (2,))]
    more = second.said.mends.with_more(Mends(texts={("stocks", "quantity", "y"): "6"}))
    assert more.cells == {("stocks", 2, "quantity"): "6"}
    more = more.with_more(Mends(left_rows=frozenset({("stocks", 4)})))
    conversations.mend_faults(driver, upload_id, more, version=2, by=presses)
    third = see(driver, upload_id, presses)
    assert third.check is not None
    assert (third.step, third.check.tables[0].rows) == ("ready", 2)


def test_files_that_are_gone_or_broken_end_in_a_clear_word(driver: Driver, presses: Actor) -> None:
    upload_id = send(driver, presses, "x", "x.csv")
    assert see(driver, upload_id, presses).step == "meaning"
    shutil.rmtree(folder_of(upload_id))
    conversations.read_again(driver, upload_id, version=1, by=presses)
    gone = see(driver, upload_id, presses)
    assert (gone.step, gone.upload.job.state) == ("failed", "failed")
    assert gone.upload.job.message
    uploads.remove_files(driver, upload_id, by=presses)
    with pytest.raises(NotOpen, match="Send them again"):
        conversations.read_again(driver, upload_id, version=2, by=presses)
    rival = make_user(driver, read(driver, firms.get, "forge"))
    with pytest.raises(NotFound):
        conversations.get(driver, upload_id, by=rival)
    with pytest.raises(NotFound):
        answer(driver, upload_id, rival, NO_ANSWERS, version=2)


def test_answers_that_cannot_be_meant_are_refused_before_anything_is_read(
    driver: Driver, presses: Actor
) -> None:
    upload_id = send(driver, presses)
    do_jobs(driver)
    twice = replace(
        AS_PARTS,
        columns={"list-1": {"Artikel": "part_id", "Bezeichnung": "part_id"}},
        values={"list-1": {"weight_kg": "heavy"}},
    )
    with pytest.raises(Invalid) as caught:
        answer(driver, upload_id, presses, twice)
    assert [one.pointer for one in caught.value.errors] == [
        "/sheets/0/columns/part_id",
        "/sheets/0/values/weight_kg",
    ]
