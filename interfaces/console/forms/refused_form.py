"""A form that was sent and refused: its page shows what was entered, and what is wrong beside its field."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from domain.errors import InvalidParameter, ReportrunError
from interfaces.console.form_body import FormFields
from interfaces.host.escaping import escaped

WHOLE_FORM = "form"


class RefusedForm(NamedTuple):
    """The state of a page's forms, of which one may have been refused.

    name    which of the page's forms; empty: none was refused
    fields  what was entered; before that, what the fields begin with
    params  the parameters that have a field of their own, beside which their fault is shown
    """

    name: str = ""
    fields: FormFields = FormFields()
    fault: ReportrunError | None = None
    params: tuple[str, ...] = ()

    def text(self, form: str, field: str) -> str:
        """What was entered in a field; empty for a form that was not refused."""
        return self.fields.text(field) if form == self.name else ""

    def has(self, form: str, field: str, value: str) -> bool:
        """Whether a value of a field was chosen."""
        return form == self.name and value in self.fields.get(field, ())

    def sentence(self, form: str, param: str) -> str:
        """What is wrong with a parameter; empty when nothing is. `WHOLE_FORM` has what is wrong with none of them."""
        is_here = form == self.name and param == param_at_fault(self.fault, self.params)
        return escaped(str(self.fault)) if is_here else ""


def param_at_fault(fault: ReportrunError | None, params: Collection[str]) -> str:
    """Where a fault is shown: beside the field of one of `params`, or at `WHOLE_FORM`; empty without a fault."""
    if fault is None:
        return ""
    param = fault.param if isinstance(fault, InvalidParameter) else None
    return param.parts[0] if param is not None and param.parts[0] in params else WHOLE_FORM


NOTHING_SENT = RefusedForm()
