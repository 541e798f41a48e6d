"""An import as a conversation, by the API."""

from __future__ import annotations

from typing import Any

from flask import Response

from supplychain.actions.imports import conversations, mappings
from supplychain.actions.imports.conversations import Conversation
from supplychain.actions.imports.said import mends_facts, read_mends
from supplychain.actions.imports.understanding.facts import answers_facts, read_answers
from supplychain.errors import Invalid
from supplychain.graph.engine.driver import graph
from supplychain.model.imports.faults import CellFault
from supplychain.model.jobs import Job, Queue
from supplychain.tasks.jobs import send
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.api import Blueprint
from supplychain.web.api.jobs import JobOut
from supplychain.web.input import cursors, versions
from supplychain.web.input.versions import Versioned
from supplychain.web.pages.i18n import translate
from supplychain.web.schemas.upload_steps import (
    CellFaultPage,
    ImportMappingsOut,
    MendsIn,
    UnderstandingOut,
    UploadAnswersIn,
    WritingIn,
)

bp = Blueprint(
    "upload_steps", description="A file is read, said of and mended before it is written."
)


@bp.get("/uploads/<id>/understanding")
@bp.response(200, UnderstandingOut)
@policy("member", thing="upload", seen_by=("owner",))
def get_understanding(id: str) -> Versioned[dict[str, Any]]:
    """How far an upload is, what was understood, and what writing would do."""
    now = conversations.get(graph(), id, by=actor())
    return versions.with_etag(_tell_conversation(now), now.said.version)


def _tell_conversation(now: Conversation) -> dict[str, Any]:
    seen, check = now.understanding, now.check
    answers = answers_facts(now.said.answers)
    answers.pop("own_firm")
    return {
        "step": now.step,
        "version": now.said.version,
        "remembered_at": now.upload.remembered_at,
        "remembered_by": now.upload.remembered_by,
        "shape": seen.shape if seen else "",
        "heads": seen.heads if seen else (),
        "sheets": seen.sheets if seen else (),
        "skipped_sheets": seen.skipped_sheets if seen else (),
        "questions": (*(seen.questions if seen else ()), *(check.questions if check else ())),
        "tables": check.tables if check else (),
        "bad": check.bad if check else 0,
        "answers": answers,
        "mends": mends_facts(now.said.mends),
    }


@bp.put("/uploads/<id>/answers")
@bp.arguments(UploadAnswersIn)
@bp.response(202, JobOut)
@policy("member", roles=("buyer", "seller"), thing="upload", seen_by=("owner",))
def answer_questions(sent: dict[str, Any], id: str) -> Job:
    """Say what the columns of an upload mean; answers with the job that reads it anew."""
    version = versions.if_match()
    conversations.answer_questions(graph(), id, read_answers(sent), version=version, by=actor())
    return _send_hint(id)


@bp.put("/uploads/<id>/mends")
@bp.arguments(MendsIn)
@bp.response(202, JobOut)
@policy("member", roles=("buyer", "seller"), thing="upload", seen_by=("owner",))
def mend_faults(sent: dict[str, Any], id: str) -> Job:
    """Put other texts in place of wrong ones; answers with the job that reads it anew."""
    version = versions.if_match()
    conversations.mend_faults(graph(), id, read_mends(sent), version=version, by=actor())
    return _send_hint(id)


@bp.post("/uploads/<id>/reading")
@bp.response(202, JobOut)
@policy("member", roles=("buyer", "seller"), thing="upload", seen_by=("owner",))
def read_again(id: str) -> Job:
    """Read an upload once more, as when its reading failed."""
    version = versions.if_match()
    key = once.from_header("read_upload", {"id": id, "version": version})
    conversations.read_again(graph(), id, version=version, by=actor(), once=key)
    return _send_hint(id)


@bp.post("/uploads/<id>/writing")
@bp.arguments(WritingIn)
@bp.response(202, JobOut)
@policy("member", roles=("buyer", "seller"), thing="upload", seen_by=("owner",))
def write_upload(sent: dict[str, Any], id: str) -> Job:
    """Have the rows of an upload written; answers with the job."""
    version = versions.if_match()
    key = once.from_header("write_upload", {**sent, "id": id, "version": version})
    conversations.begin_writing(
        graph(), id, skip_bad=sent["skip_bad"], version=version, by=actor(), once=key
    )
    return _send_hint(id)


def _send_hint(id: str) -> Job:
    job = conversations.get(graph(), id, by=actor()).upload.job
    send(job.id, Queue.IMPORTS)
    return job


@bp.get("/uploads/<id>/faults")
@bp.response(200, CellFaultPage)
@policy("member", thing="upload", seen_by=("owner",))
def list_faults(id: str) -> cursors.Page[dict[str, Any]]:
    """What is wrong in an upload, by sheet and column; the first 2,000."""
    keys, limit = cursors.window()
    check = conversations.get(graph(), id, by=actor()).check
    first = _read_start(keys)
    faults = check.faults[first : first + limit + 1] if check else ()
    more = len(faults) > limit
    return cursors.Page(
        items=[_tell_fault(fault) for fault in faults[:limit]],
        next_cursor=cursors.encode_cursor([first + limit]) if more else None,
    )


def _read_start(keys: list[Any] | None) -> int:
    if keys is None:
        return 0
    if len(keys) == 1 and type(keys[0]) is int and keys[0] >= 0:
        return keys[0]
    raise Invalid(cursors.UNKNOWN, pointer="/cursor")


def _tell_fault(fault: CellFault) -> dict[str, Any]:
    names = ("sheet", "table", "column", "text", "rows", "count", "of_text", "is_mendable")
    reason = translate(fault.message, **fault.values)
    return {
        **{name: getattr(fault, name) for name in names},
        "context": fault.context,
        "reason": reason,
    }


@bp.get("/import-mappings")
@bp.response(200, ImportMappingsOut)
@policy("member")
def list_mappings() -> dict[str, Any]:
    """How files of your firm are read: what was said of them when one like it was last written."""
    return {"items": mappings.list_mappings(graph(), by=actor())}


@bp.delete("/import-mappings/<shape>")
@bp.response(204)
@policy("member", roles=("buyer", "seller"))
def forget_mapping(shape: str) -> Response:
    """Forget how files of a shape are read."""
    mappings.forget_mapping(graph(), shape, by=actor())
    return Response(status=204)
