"""Charts that were computed: a result never changes, so they are kept for as long as there is room."""

from __future__ import annotations

from collections import OrderedDict

from interfaces.console.charts.chart import Charts

MOST_FILES = 64


class ChartCache:
    """File id -> its charts; the file that was asked for longest ago makes room."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Charts] = OrderedDict()

    def get(self, file_id: str) -> Charts | None:
        found = self._kept.get(file_id)
        if found is not None:
            self._kept.move_to_end(file_id)
        return found

    def put(self, file_id: str, charts: Charts) -> None:
        self._kept[file_id] = charts
        if len(self._kept) > MOST_FILES:
            self._kept.popitem(last=False)
