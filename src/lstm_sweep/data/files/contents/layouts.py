"""The layouts of many files of one series, which mostly are one."""

from lstm_sweep.data.files.contents.layout import Layout, find_layout
from lstm_sweep.errors import UserError

_HEAD = 30
_LONGEST_BANNER = 15


class Layouts:
    """Layouts that were found already: a file that begins like an earlier one is looked at for its first lines only.

    To tell a layout from 200 lines takes longer than to read a day of minutes.
    """

    def __init__(self) -> None:
        self._known: list[tuple[Layout, Layout]] = []

    def find(self, text: str, path: str) -> Layout:
        """The layout of a file.

        Args:
            text: of the file.
            path: for messages.

        Raises:
            UserError: as `find_layout`.
        """
        head = self._of_head(text, path)
        for known, whole in self._known:
            if known == head:
                return whole
        layout = find_layout(text, path)
        if head is not None and head.num_lines_before == layout.num_lines_before <= _LONGEST_BANNER:
            self._known.append((head, layout))
        return layout

    def _of_head(self, text: str, path: str) -> Layout | None:
        *lines, _ = text.split("\n", _HEAD)
        head = "\n".join(lines)
        if len(lines) < _HEAD or not head.strip():
            return None
        try:
            return find_layout(head, path)
        except UserError:
            return None
