"""Charts that were computed: a result never changes, so they are kept for as long as there is room."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any

from interfaces.console.charts.chart import Charts

MOST_FILES = 64


class ChartCache:
    """File id -> its charts; the file that was asked for longest ago makes room."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, asyncio.Task[Charts]] = OrderedDict()

    async def of(self, file_id: str, compute: Callable[[], Coroutine[Any, Any, Charts]]) -> Charts:
        """Computed once, also for several visitors at the same time. Raises what `compute` raises; that is not kept."""
        task = self._kept.get(file_id)
        if task is None:
            task = self._kept[file_id] = asyncio.create_task(compute())
            task.add_done_callback(lambda ended: self._drop_failure(file_id, ended))
        self._kept.move_to_end(file_id)
        if len(self._kept) > MOST_FILES:
            self._kept.popitem(last=False)
        return await asyncio.shield(task)

    def _drop_failure(self, file_id: str, ended: asyncio.Task[Charts]) -> None:
        has_failed = ended.cancelled() or ended.exception() is not None
        if has_failed and self._kept.get(file_id) is ended:
            del self._kept[file_id]
