"""The command line and the portal work out the same: one plan, the same scenarios and prices."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from click.testing import CliRunner
from neo4j import Driver

from supplychain.award.problem.writing import to_raw
from supplychain.award.rules.forbid import Forbid
from supplychain.award.rules.incumbent import Incumbent
from supplychain.award.rules.max_suppliers import MaxSuppliers
from supplychain.award.scenarios.frontier import by_risk, by_suppliers
from supplychain.award.scenarios.plan import ScenarioPlan
from supplychain.award.scenarios.rule_prices import own_prices, scenario_price
from supplychain.award.scenarios.walking import walk
from supplychain.commands import award as command
from supplychain.model.award_studies import measures
from tests.make.award_studies import make_market, make_study


def test_the_same_problem_has_the_same_scenarios_and_prices_by_both_doors(
    driver: Driver, tmp_path: Path
) -> None:
    buyer, request_id, bidders, lines = make_market(driver)
    cheap, dear = (bidders[name][0].firm_id for name in ("Cheap Forging", "Dear Forging"))
    rules = (
        Forbid(supplier=cheap, line=lines[0]),
        Incumbent(supplier=dear, switch_cost=Decimal(70), line=lines[0]),
        MaxSuppliers(at_most=2),
    )
    study = make_study(driver, buyer, request_id, sentences=tuple((rule,) for rule in rules)).study
    file = study.problem.with_rules(rules)
    plan = ScenarioPlan.of_file(file)
    solved = walk(plan, seconds=120)
    runs = {one.run.key: one.run for one in solved}
    answers = {one.run.key: one.answer for one in solved}
    assert list(runs.values()) == [each.run for each in study.scenarios]
    assert {"few", "two_sources", "sme", "incumbent", "own", "without-2"} <= set(runs)
    assert {key: one.cost for key, one in answers.items()} == {
        each.run.key: each.cost for each in study.scenarios
    }
    assert {one.status for one in answers.values()} == {"optimal"}
    priced = [
        scenario_price(plan.problem, run, answers)
        for run in runs.values()
        if run.rules and run.name != "own" and run.kind in ("scenario", "price")
    ]
    assert (*priced, *own_prices(plan, runs, answers)) == measures.prices(study)
    assert by_suppliers(runs.values(), answers) == measures.by_suppliers(study)
    assert by_risk(runs.values(), answers) == measures.by_risk(study)

    path = tmp_path / "problem.json"
    path.write_text(json.dumps(to_raw(file)), encoding="utf-8")
    told = CliRunner().invoke(command.command, ["compare", str(path), "--quiet"])
    assert told.exit_code == 0
    words = [line.split() for line in told.output.splitlines()]
    printed = {row[0]: row[1] for row in words if row[0] in command.SCENARIO_NAMES.values()}
    assert printed == {
        command.SCENARIO_NAMES[each.run.key]: f"{each.cost:,.2f}"
        for each in study.of_kind("scenario")
    }
    percents = [float(row[2]) for row in words if row[0].startswith("rules/")]
    parts = [each.part for each in measures.prices(study) if each.own_index is not None]
    assert percents == [round(float(100 * (part or 0)), 2) for part in parts]
