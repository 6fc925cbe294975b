"""Messages drawn from what the operations of a mapping say that they take."""

from .answers import answered, stub_answers
from .document_plans import gaps, of_each_rule, pairs, plans
from .mapping_documents import Document, DocumentPlan, any_document, documents, planned, spoiled
from .messages import OTHER, Drawn, Messages
from .rule_targets import Target, targets

__all__ = [
    "OTHER",
    "Document",
    "DocumentPlan",
    "Drawn",
    "Messages",
    "Target",
    "answered",
    "any_document",
    "documents",
    "gaps",
    "of_each_rule",
    "pairs",
    "planned",
    "plans",
    "spoiled",
    "stub_answers",
    "targets",
]
