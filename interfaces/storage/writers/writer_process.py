"""The writer process of one role, as a server starts it."""

from __future__ import annotations

from interfaces.processes.child import ChildProgram
from interfaces.processes.restarting import RestartingProcess
from interfaces.settings import Settings
from interfaces.storage.writers.protocol import GREETING, Role


def writer_process(role: Role, settings: Settings) -> RestartingProcess:
    """A writer process that is not started yet."""
    return RestartingProcess(writer_program(role, settings))


def writer_program(role: Role, settings: Settings) -> ChildProgram:
    return ChildProgram(
        name=f"writer process of the {role}",
        module="interfaces.entrypoints.writer",
        arguments=(role,),
        settings=settings,
        greeting=GREETING,
    )
