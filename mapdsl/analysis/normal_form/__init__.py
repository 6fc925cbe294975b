"""Endpoints and their blocks as lowering reads them: shapes included, lists and crossings made explicit."""

from .endpoints import normalise_endpoints

__all__ = ["normalise_endpoints"]
