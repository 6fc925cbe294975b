"""What checks ask of a text and of its normal form: who names which place, when guards hold, what pipes do."""

from .domains import NAMES, TEXT, misfit
from .logic import contradicts, implies, shown
from .mentions import SIDES, Mention, Site, exclusive, gather_all, gather_request, gather_response, other_side
from .paging_ends import ASKED, paging_sites
from .path_parameters import (
    asked_parameters,
    copied_parameters,
    credential_parameter,
    given_parameters,
    on_path,
    routes,
    without_source,
    written_routes,
)
from .pipes import TURNED, Step, Steps, built_rule, lookups_of, rule_arguments, with_text
from .route_conditions import Condition, conditions, cover, exclude
from .rows import Declared, cells_key, reads, rivals
from .statements import walk_endpoint, walk_file
from .templates import check_template, parameters, shape

__all__ = [
    "ASKED",
    "NAMES",
    "SIDES",
    "TEXT",
    "TURNED",
    "Condition",
    "Declared",
    "Mention",
    "Site",
    "Step",
    "Steps",
    "asked_parameters",
    "built_rule",
    "cells_key",
    "check_template",
    "conditions",
    "contradicts",
    "copied_parameters",
    "cover",
    "credential_parameter",
    "exclude",
    "exclusive",
    "gather_all",
    "gather_request",
    "gather_response",
    "given_parameters",
    "implies",
    "lookups_of",
    "misfit",
    "on_path",
    "other_side",
    "paging_sites",
    "parameters",
    "reads",
    "rivals",
    "routes",
    "rule_arguments",
    "shape",
    "shown",
    "walk_endpoint",
    "walk_file",
    "with_text",
    "without_source",
    "written_routes",
]
