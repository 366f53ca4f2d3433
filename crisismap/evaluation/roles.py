"""Literal or associative: roles beside the pragmatic types of GeoWebNews."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crisismap.model import Role

from .gold import Answers, GoldArticle, GoldToponym

__all__ = ["RoleScore", "gold_role", "score_roles"]

_LITERAL = frozenset({"Literal", "Mixed", "Coercion", "Embedded_Literal", "Literal_Modifier"})
_ASSOCIATIVE = frozenset(
    {"Metonymic", "Non_Literal_Modifier", "Demonym", "Homonym", "Language", "Embedded_Non_Lit"}
)
"""The two halves of the taxonomy of Gritta et al. 2020 (doi:10.1007/s10579-019-09475-3), section 3."""


@dataclass(frozen=True, slots=True)
class RoleScore:
    """How often the role of a given span is right."""

    toponyms: int
    """Gold toponyms with a type that tells the role; one that was not answered is wrong."""
    literal: int
    """Of these the literal ones."""
    literal_right: int
    associative_right: int

    @property
    def accuracy(self) -> float:
        """Share of the right roles."""
        return (self.literal_right + self.associative_right) / self.toponyms


def gold_role(toponym: GoldToponym) -> Role | None:
    """Return the role that the annotated type stands for; None where it says nothing of it.

    >>> gold_role(GoldToponym(0, 6, "Moscow", "Metonymic"))
    <Role.ASSOCIATIVE: 'associative'>
    """
    if toponym.type in _LITERAL:
        return Role.LITERAL
    return Role.ASSOCIATIVE if toponym.type in _ASSOCIATIVE else None


def score_roles(gold: Sequence[GoldArticle], answers: Answers) -> RoleScore | None:
    """Score the roles of given spans; None where the corpus has no types that tell them."""
    toponyms = 0
    right = {Role.LITERAL: 0, Role.ASSOCIATIVE: 0}
    of = {Role.LITERAL: 0, Role.ASSOCIATIVE: 0}
    for item in gold:
        roles = {(answer.start, answer.end): answer.role for answer in answers.get(item.article.id, ())}
        for toponym in item.toponyms:
            role = gold_role(toponym)
            if role is not None:
                toponyms += 1
                of[role] += 1
                right[role] += roles.get((toponym.start, toponym.end)) is role
    if not toponyms:
        return None
    return RoleScore(toponyms, of[Role.LITERAL], right[Role.LITERAL], right[Role.ASSOCIATIVE])
