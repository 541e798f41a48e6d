"""What can be in the graph is in a backup: a new label or relation without its entry fails here."""

from __future__ import annotations

import re

from neo4j import Driver

from supplychain.config import settings
from supplychain.graph.backup.schema import LEFT_OUT, NODES, RELATIONS
from supplychain.graph.engine.migrate import list_shipped
from tests.structure.sources import PACKAGE, constants, layer, modules

UNIQUE = re.compile(r"FOR \(n:(\w+)\) REQUIRE n\.(\w+) IS UNIQUE")


def _texts() -> list[str]:
    return [
        text
        for path, tree in modules().items()
        if layer(path) == "graph"
        for text in constants(tree).values()
    ]


def _unique_keys() -> set[tuple[str, str]]:
    statements = [each for step in list_shipped() for each in step.statements]
    return {match for each in statements for match in UNIQUE.findall(each)}


def test_every_label_is_backed_up() -> None:
    written = {label for text in _texts() for label in re.findall(r"\(\w*:([A-Z][a-z]\w*)", text)}
    labels = written | {label for label, _ in _unique_keys()}
    assert len(labels) > 40
    assert labels - {kind.label for kind in NODES} - set(LEFT_OUT) == set()


def test_every_type_of_relation_is_backed_up() -> None:
    types = {
        each
        for text in _texts()
        for group in re.findall(r"\[\w*:([A-Z_|]+)", text)
        for each in group.split("|")
    }
    assert len(types) > 30
    assert types - {kind.type for kind in RELATIONS} == set()


def test_both_ends_of_what_is_created_are_those_of_an_entry() -> None:
    """Where a statement says both labels, the entry of that type has them."""
    entries = {(kind.start, kind.type, kind.end) for kind in RELATIONS}
    pattern = re.compile(r"\(\w*:(\w+)[^()]*\)-\[\w*:([A-Z_]+)[^\]]*\]->\(\w*:(\w+)")
    stated = {match for text in _texts() for match in pattern.findall(text)}
    assert len(stated) > 20
    assert stated - entries == set()


def test_a_key_is_unique_and_each_entry_is_there_once() -> None:
    assert {(kind.label, kind.key) for kind in NODES} <= _unique_keys()
    names = [*(kind.label for kind in NODES), *(kind.name for kind in RELATIONS)]
    assert len(set(names)) == len(names)


def test_each_query_is_of_its_own_kind() -> None:
    key_of = {kind.label: kind.key for kind in NODES}
    for kind in NODES:
        for query in (kind.keys, kind.page, kind.create, kind.delete):
            assert f"(n:{kind.label}" in query
        assert f"WITH n.{kind.key} AS key" in kind.keys
        assert f"WHERE n.{kind.key} >= $low AND n.{kind.key} <= $high RETURN" in kind.page
        assert f"{{{kind.key}: key}}" in kind.delete
    for kind in RELATIONS:
        assert kind.paged in (kind.start, kind.end)
        side = "a" if kind.page.startswith(f"MATCH (a:{kind.start})") else "b"
        assert kind.paged == (kind.start if side == "a" else kind.end)
        assert kind.page.startswith(f"MATCH ({side}:{kind.paged})")
        key = f"{side}.{key_of[kind.paged]}"
        assert f"WHERE {key} >= $low AND {key} <= $high RETURN" in kind.page
        arrow = f"-[r:{kind.type}]->" if side == "a" else f"<-[r:{kind.type}]-"
        assert arrow in kind.page
        assert f"(a:{kind.start}" in kind.page
        assert f"(b:{kind.end}" in kind.page
        assert f"collect([a.{key_of[kind.start]}, b.{key_of[kind.end]}, " in kind.page
        assert f"(a:{kind.start} {{{key_of[kind.start]}: r[0]}})" in kind.create
        assert f"(b:{kind.end} {{{key_of[kind.end]}: r[1]}})" in kind.create
        assert f"CREATE (a)-[x:{kind.type}]->(b)" in kind.create
        assert kind.bare == kind.create.partition(" SET x = r[2]")[0]


REWRITES = {"ADOPT", "KEEP_TELLS", "MOVE_NEWS", "SWAP_FACTS"}
"""What changes a fixed thing after all; whoever runs it calls ``gate.tell_rewrite``."""


CLAUSE = re.compile(
    r"\b(?:SET|REMOVE)\s(.*?)(?=\b(?:MATCH|OPTIONAL|WITH|RETURN|MERGE|CREATE|DELETE|DETACH|REMOVE|"
    r"UNWIND|FOREACH|CALL|SET|ON|UNION)\b|$)",
    re.DOTALL,
)


def _written_variables(text: str) -> set[str]:
    """The variables of which a statement sets or removes something, what it creates left out."""
    written = {
        variable
        for clause in CLAUSE.findall(text)
        for variable in re.findall(r"(?:^|,)\s*(\w+)(?:\.\w+|\[[^\]]+\])?\s*(?:\+?=|,|$)", clause)
    }
    return written - set(re.findall(r"CREATE \((\w+):", text))


def test_what_is_copied_early_is_never_changed_or_tells_it() -> None:
    fixed = {kind.label for kind in NODES if kind.fresh}
    assert fixed == {"Event", "Shipment", "Receipt", "Idem"}
    rewrites = set[str]()
    for path, tree in modules().items():
        if layer(path) != "graph" or path.startswith("graph/backup/"):
            continue
        for name, text in constants(tree).items():
            labels = {
                label
                for variable in _written_variables(text)
                for label in re.findall(rf"\({variable}:(\w+)", text)
            }
            if labels & fixed:
                rewrites.add(name)
                assert "tell_rewrite" in (PACKAGE / path).read_text(encoding="utf-8"), path
            # MERGE may find what is there, and a bare node may be of any label.
            assert not set(re.findall(r"MERGE \(\w*:(\w+)", text)) & fixed, name
            unnamed = _written_variables(text) - set(re.findall(r"\((\w+):", text))
            assert not unnamed - set(re.findall(r"\[(\w+):", text)), (name, unnamed)
    assert rewrites == REWRITES


def test_relations_that_are_copied_early_come_with_their_node() -> None:
    fixed = {kind.label for kind in NODES if kind.fresh}
    early = [kind for kind in RELATIONS if kind.fresh]
    assert {kind.paged for kind in early} <= fixed
    assert len(early) == 3
    texts = [text for text in _texts() if "UNWIND $rows" not in text]
    for type in {kind.type for kind in early}:
        for text in texts:
            for start in re.findall(rf"CREATE \((\w+)\)-\[\w*:{type}\]", text):
                made = re.findall(rf"CREATE \({start}:(\w+)", text)
                assert len(made) == 1
                assert made[0] in fixed
            assert not re.search(rf"MERGE \([^)]*\)<?-\[\w*:{type}\]", text)
            assert not re.search(rf"CREATE \([^)]*\)<-\[\w*:{type}\]", text)


def test_no_query_of_a_backup_scans_the_graph(server: Driver) -> None:
    queries = [query for kind in NODES for query in (kind.keys, kind.page, kind.delete)]
    queries += [query for kind in RELATIONS for query in (kind.page, kind.create, kind.bare)]
    queries += [kind.fresh for kind in (*NODES, *RELATIONS) if kind.fresh]
    wrong = []
    with server.session(database=settings().graph_database) as session:
        for query in queries:
            names = dict.fromkeys(re.findall(r"\$(\w+)", query))
            plan = session.execute_read(
                lambda tx, q=query, n=names: str(tx.run("EXPLAIN " + q, n).consume().plan)
            )
            if re.search(r"AllNodesScan|UnboundedScan|DirectedAllRelationshipsScan", plan):
                wrong.append(query)
    assert wrong == []
