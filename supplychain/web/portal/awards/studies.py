"""The award workbench: ways to split side by side, what each rule costs, and rules of one's own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from supplychain.actions.awards import changes
from supplychain.actions.awards import studies as actions
from supplychain.actions.awards.studies import Seen
from supplychain.award.problem.writing import answer_to_raw, to_raw
from supplychain.errors import Invalid, NotFound
from supplychain.graph import award_studies, awards
from supplychain.graph.awards import DecidedAward
from supplychain.graph.bids import opened_bids
from supplychain.graph.engine.driver import graph
from supplychain.graph.engine.reading import together
from supplychain.graph.engine.transactions import Tx, read
from supplychain.graph.parts_requests import parts_requests
from supplychain.model.award_studies.measures import by_risk, by_suppliers, measure_scenario, prices
from supplychain.model.award_studies.study import AwardStudy, Scenario, StudySummary
from supplychain.model.ids import utc_now
from supplychain.model.jobs import Queue
from supplychain.model.parts_requests.parts_request import PartsRequest
from supplychain.tasks.jobs import send
from supplychain.web.access import once
from supplychain.web.access.policy import actor, policy
from supplychain.web.input import award_rules
from supplychain.web.input.award_rules import FilledForm
from supplychain.web.input.forms import Shown, load, nested, submit
from supplychain.web.pages import award_figures, award_words, award_workbench
from supplychain.web.pages.i18n import translate

bp = Blueprint("award_studies", __name__)


@bp.get("/parts-requests/<id>/award-studies")
@policy("member", thing="parts_request", seen_by=("buyer",))
def index(id: str) -> str:
    """The studies of a request, and the form for a new one."""
    begun = request.args.get("from", "")
    wishes = actions.get(graph(), begun, by=actor()).study.wishes if begun else None
    return _render_form(id, Shown(values=award_rules.form_values_of(wishes) if wishes else {}))


@bp.post("/parts-requests/<id>/award-studies")
@policy("member", roles=("buyer",), thing="parts_request", seen_by=("buyer",))
def ask(id: str) -> AnyResponse:
    """Have the ways to split worked out, with the rules of the form."""
    by = actor()
    read(graph(), parts_requests.get, id, viewer=by.firm_id)

    def typed_values() -> dict[str, Any]:
        return nested(request.form, lists=award_rules.LISTS)

    def ask_or_add_rows() -> AnyResponse:
        if request.form.get("then") == "more":
            return Response(_render_form(id, Shown(values=typed_values()).cut(), more=True))
        return _ask_for_study(id, load(award_rules.RulesForm(), typed_values()))

    return submit(ask_or_add_rows, lambda shown: _render_form(id, shown), lists=award_rules.LISTS)


def _ask_for_study(request_id: str, form: FilledForm) -> AnyResponse:
    view = read(graph(), _read_view, request_id, actor().firm_id)
    key = once.from_form("ask_for_study")
    try:
        wishes = award_rules.wishes_of(form, view.bidders_by_line)
        study_id = actions.ask(graph(), request_id, wishes, by=actor(), name=form.name, once=key)
    except Invalid as error:
        names: dict[str, object] = {firm_id: name for name, firm_id in view.bidders}
        names |= {line.id: line.number for line in view.request.lines}
        raise award_rules.at_gaps(form, view.bidders_by_line, error, names) from error
    return _send_and_show(study_id)


def _send_and_show(study_id: str) -> AnyResponse:
    send(actions.get(graph(), study_id, by=actor()).study.job_id, Queue.STUDIES)
    return redirect(url_for("award_studies.show", id=study_id))


@bp.get("/award-studies/<id>")
@policy("member", thing="award_study", seen_by=("buyer",))
def show(id: str) -> str:
    """The scenarios of a study side by side, prices of rules and frontiers."""
    seen = actions.get(graph(), id, by=actor())
    asked = seen.request
    return render_template(
        "award_studies/show.html",
        seen=seen,
        study=seen.study,
        facts=seen.study.facts,
        asked=asked,
        may_change=asked.state == "evaluating" and actor().role in ("owner", "buyer"),
        ways=award_words,
        **_results_of(seen),
    )


def _results_of(seen: Seen) -> dict[str, object]:
    study = seen.study
    few, safe = by_suppliers(study), by_risk(study)
    return {
        "rows": [measure_scenario(study, each) for each in study.of_kind("scenario")],
        "prices": [each for each in prices(study) if each.difference is not None],
        "impossible": [each for each in study.scenarios if each.answer.status == "infeasible"],
        "frontiers": {
            "suppliers": (few, award_figures.draw_frontier(few, steps=True)),
            "risk": (safe, award_figures.draw_frontier(safe, steps=False)),
        },
        "running": study.next_run() if seen.is_working else None,
    }


@bp.post("/award-studies/<id>/cancellation")
@policy("member", roles=("buyer",), thing="award_study", seen_by=("buyer",))
def stop(id: str) -> AnyResponse:
    """Stop it and keep what it has found."""
    actions.stop(graph(), id, by=actor())
    flash(translate("Stopped. What was found so far is kept."), "success")
    return redirect(url_for("award_studies.show", id=id))


@bp.post("/award-studies/<id>/relaxation")
@policy("member", roles=("buyer",), thing="award_study", seen_by=("buyer",))
def relax(id: str) -> AnyResponse:
    """Work it out anew without one of the own rules."""
    text = request.form.get("without", "")
    index = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1
    return _send_and_show(
        actions.ask_without(graph(), id, index, by=actor(), once=once.from_form("ask_without"))
    )


@bp.post("/award-studies/<id>/difference")
@policy("member", roles=("buyer",), thing="award_study", seen_by=("buyer",))
def difference(id: str) -> Response:
    """What the split typed on the award page costs beside the scenario it started from."""
    study, values = actions.get(graph(), id, by=actor()).study, nested(request.form)
    scenario_id = str(values.get("scenario_id", ""))
    _, shown = award_workbench.split_beside_scenario(study.request_id, scenario_id, values)
    if shown is None:
        return Response("", 422)
    return Response(
        render_template("award_studies/_difference.html", difference=shown, ways=award_words)
    )


@bp.get("/awards/<id>/replay")
@policy("member", thing="award", seen_by=("buyer",))
def origin(id: str) -> str:
    """Where an award came from, what was changed by hand, and what solving it again gave."""
    came_from = changes.origin(graph(), id, by=actor())
    asked = came_from.request
    may_replay = actor().role in ("owner", "buyer")
    return render_template(
        "award_studies/origin.html",
        found=came_from,
        asked=asked,
        difference=came_from.difference,
        may_replay=may_replay,
        ways=award_words,
    )


@bp.post("/awards/<id>/replay")
@policy("member", roles=("buyer",), thing="award", seen_by=("buyer",))
def replay(id: str) -> AnyResponse:
    """Solve again what the award came from."""
    key = once.from_form("replay_award")
    send(changes.ask_for_replay(graph(), id, by=actor(), once=key), Queue.STUDIES)
    return redirect(url_for("award_studies.origin", id=id))


@bp.get("/award-studies/<id>/problem")
@policy("member", thing="award_study", seen_by=("buyer",))
def problem(id: str) -> Response:
    """The problem file: of the bids alone, or of the ``scenario`` named in the address."""
    study = actions.get(graph(), id, by=actor()).study
    if "scenario" not in request.args:
        return _download_json(to_raw(study.problem.as_shown()), "problem.json")
    scenario = _named_scenario(study)
    problem = to_raw(study.problem_of(scenario).as_shown())
    return _download_json(problem, f"problem-{scenario.run.key}.json")


@bp.get("/award-studies/<id>/answer")
@policy("member", thing="award_study", seen_by=("buyer",))
def answer(id: str) -> Response:
    """The answers by scenario, or that of the one named in the address."""
    study = actions.get(graph(), id, by=actor()).study
    if "scenario" not in request.args:
        answers = {each.run.key: answer_to_raw(each.answer) for each in study.scenarios}
        return _download_json(answers, "answers.json")
    scenario = _named_scenario(study)
    return _download_json(answer_to_raw(scenario.answer), f"answer-{scenario.run.key}.json")


def _named_scenario(study: AwardStudy) -> Scenario:
    scenario = study.find(request.args["scenario"])
    if scenario is None:
        raise NotFound
    return scenario


def _download_json(raw: object, name: str) -> Response:
    text = json.dumps(raw, ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text + "\n", mimetype="application/json", headers=headers)


def _render_form(request_id: str, shown: Shown, *, more: bool = False) -> str:
    view = read(graph(), _read_view, request_id, actor().firm_id)
    rows = {
        name: max(least, len(shown.values.get(name) or ()) + (1 if more else 0))
        for name, least in award_rules.ROWS.items()
    }
    return render_template(
        "award_studies/index.html",
        form=shown,
        rows=rows,
        firm_choices=[(kind, translate(text)) for kind, text in award_rules.FIRM_CHOICES.items()],
        asked=view.request,
        bidders=view.bidders,
        studies=view.studies,
        award=view.award,
        may_ask=view.request.state == "evaluating" and actor().role in ("owner", "buyer"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _StudiesView:
    """A request with its studies; ``bidders`` are names and ids of firms whose bids hold."""

    request: PartsRequest
    bidders: list[tuple[str, str]]
    bidders_by_line: dict[str, list[str]]
    studies: list[StudySummary]
    award: DecidedAward | None


def _read_view(tx: Tx, request_id: str, viewer: str) -> _StudiesView:
    parts_request, opened, studies, award = together(
        lambda: parts_requests.get(tx, request_id, viewer=viewer),
        lambda: opened_bids.list_if_opened(tx, request_id, viewer=viewer),
        lambda: award_studies.list_of(tx, request_id, viewer=viewer),
        lambda: awards.find(tx, request_id, viewer=viewer),
    )
    today = parts_request.today(utc_now())
    holding = [each for each in opened if each.bid.valid_until and each.bid.valid_until >= today]
    by_line: dict[str, list[str]] = {}
    for each in holding:
        for line in each.bid.lines:
            by_line.setdefault(line.request_line_id, []).append(each.bid.firm_id)
    return _StudiesView(
        request=parts_request,
        bidders=sorted((each.firm_name, each.bid.firm_id) for each in holding),
        bidders_by_line=by_line,
        studies=studies,
        award=award,
    )
