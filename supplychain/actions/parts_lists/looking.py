"""A list that was sent, looked at as a whole: understood, as a tree, as lines of a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neo4j import Driver

from supplychain.actions.parts_lists.drafting import DraftedLines, LineDefaults, draft_list
from supplychain.actions.parts_lists.sheets import ListSheet
from supplychain.actions.parts_lists.understanding import understand_list
from supplychain.model.parts_lists.lists import ListAnswers, ListQuestion, PartsList
from supplychain.model.parts_lists.trees import PartsTree, grow_tree
from supplychain.model.people.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSaid:
    """What was said of a list: answers, what lines lack, and which rows are wanted.

    ``picked`` are places of nodes; None is what contains nothing else.
    """

    answers: ListAnswers
    defaults: LineDefaults
    picked: tuple[int, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListReading:
    """All that came of a list that was sent."""

    read: PartsList
    tree: PartsTree
    drafted: DraftedLines

    @property
    def questions(self) -> tuple[ListQuestion, ...]:
        """All that is open."""
        return (*self.read.questions, *self.tree.questions)


def look_at_list(
    driver: Driver, sheets: Sequence[ListSheet], said: ListSaid, *, by: Actor
) -> ListReading:
    """What a list comes to. Nothing is written.

    Raises:
        Invalid: nothing is in it, too much, or a part that contains itself.
    """
    answers = said.answers
    read = understand_list(sheets, answers)
    tree = grow_tree(read, answers.counting, adds_up=answers.adds_up)
    drafted = draft_list(
        driver, read, tree, said.picked, said.defaults, adds_up=answers.adds_up is True, by=by
    )
    return ListReading(read=read, tree=tree, drafted=drafted)
