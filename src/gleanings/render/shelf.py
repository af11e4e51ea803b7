"""What roundups give to files of many, and what is much: feed items, open data. Nobody holds it but to use it."""

from __future__ import annotations

from collections.abc import Mapping

from gleanings.render.pages.outputs import OpenData, open_data
from gleanings.render.rows import find_data
from gleanings.render.shaping import Items, Part, Task, Tools, find_items, make_shape


class Shelf:
    """The feed items and the open data of all roundups, fetched from the records; what is damaged there is made
    again."""

    def __init__(self, tasks: Mapping[str, Task], parts: Mapping[str, Part], tools: Tools) -> None:
        """`tasks` and `parts` are those of the roundups by name; their records hold."""
        self._tasks = tasks
        self._parts = parts
        self._tools = tools
        self._items: dict[str, Items] = {}

    def items(self, name: str) -> Items:
        """The feed items of a roundup; they stay at hand, as several feeds have them."""
        if name not in self._items:
            task = self._tasks[name]
            found = find_items(name, task.part_key, self._parts[name], self._tools.records)
            if found is None or not found.keys() >= set(task.anchors):
                found = make_shape(task, self._tools).items
            self._items[name] = found
        return self._items[name]

    def data(self, name: str) -> OpenData:
        """What open data says of a roundup."""
        task = self._tasks[name]
        found = find_data(name, task.rows_key, self._tools.records)
        return found or open_data(task.roundup, self._tools.view.url, self._tools.prose)
