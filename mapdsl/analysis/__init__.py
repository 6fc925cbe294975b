"""Checked meaning: names resolved, the normal form that lowering reads, and every finding about a text."""

from .analyse import PASSES, analyse
from .mentions import Mention, gather_all
from .model import (
    EndpointModel,
    Model,
    NBlock,
    NCase,
    NDrop,
    NEach,
    NFan,
    NFilter,
    NGather,
    NGuard,
    NHole,
    NMatch,
    NRule,
    NStatement,
    Scope,
    Spot,
    VariantModel,
)
from .pipes import rule_arguments, with_text
from .rows import reads
from .updates import fills_items

__all__ = [
    "PASSES",
    "EndpointModel",
    "Mention",
    "Model",
    "NBlock",
    "NCase",
    "NDrop",
    "NEach",
    "NFan",
    "NFilter",
    "NGather",
    "NGuard",
    "NHole",
    "NMatch",
    "NRule",
    "NStatement",
    "Scope",
    "Spot",
    "VariantModel",
    "analyse",
    "fills_items",
    "gather_all",
    "reads",
    "rule_arguments",
    "with_text",
]
