"""The passes that report: one file for what it looks at."""

from .auth import check_auth
from .coverage import check_coverage
from .examples import gather_examples
from .facts import check_facts
from .fans import check_fans
from .literals import check_literals
from .match_cases import check_match_cases
from .messages import check_messages
from .names import check_names
from .nesting import check_nesting
from .oneway import check_one_way
from .opaque import check_opaque
from .open_matches import check_open_matches
from .overlap import check_overlap
from .paging import check_paging
from .routes import check_routes
from .rpc import check_rpc
from .scopes import declare_names
from .selections import check_selections
from .steps import check_steps
from .tables import check_tables
from .text_ends import check_text_ends
from .unwritable import check_unwritable
from .updates import check_updates, fills_items
from .uses import resolve_uses

__all__ = [
    "check_auth",
    "check_coverage",
    "check_facts",
    "check_fans",
    "check_literals",
    "check_match_cases",
    "check_messages",
    "check_names",
    "check_nesting",
    "check_one_way",
    "check_opaque",
    "check_open_matches",
    "check_overlap",
    "check_paging",
    "check_routes",
    "check_rpc",
    "check_selections",
    "check_steps",
    "check_tables",
    "check_text_ends",
    "check_unwritable",
    "check_updates",
    "declare_names",
    "fills_items",
    "gather_examples",
    "resolve_uses",
]
