"""Projections: what each event changes in a view. They read nothing but the event, so replaying rebuilds the view."""

from application.projections.projector import Projector
from application.projections.rebuild import rebuild
from application.projections.views_of import PROJECTIONS

__all__ = ["PROJECTIONS", "Projector", "rebuild"]
