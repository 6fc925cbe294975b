"""Checked meaning: names resolved, the normal form that lowering reads, and every finding about a text."""

from mapdsl.analysis.checks import fills_items
from mapdsl.analysis.model import (
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
from mapdsl.analysis.questions import Mention, gather_all, reads, rule_arguments, with_text

from .analyse import PASSES, analyse

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
