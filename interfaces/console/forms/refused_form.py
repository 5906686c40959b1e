"""A form that was sent and refused: its page shows what was entered, and what is wrong beside its field."""

from __future__ import annotations

from typing import NamedTuple

from domain.errors import InvalidParameter, ReportrunError
from interfaces.console.form_body import FormFields
from interfaces.host.escaping import escaped

WHOLE_FORM = "form"


class RefusedForm(NamedTuple):
    """
    name    which of the page's forms; empty: none was refused
    fields  what was entered
    params  the parameters that have a field of their own, beside which their fault is said
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
        return escaped(str(self.fault)) if form == self.name and param == self._at_fault() else ""

    def _at_fault(self) -> str:
        if self.fault is None:
            return ""
        param = self.fault.param if isinstance(self.fault, InvalidParameter) else None
        return param.parts[0] if param is not None and param.parts[0] in self.params else WHOLE_FORM


NOTHING_SENT = RefusedForm()
