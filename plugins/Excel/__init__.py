"""Excel: reads, changes and saves `.xlsx` workbooks. Rows and columns count from zero."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

__all__ = ['Excel', 'ExcelError']


NOT_OPEN = 'no workbook is open: call open_workbook(path) or new_workbook() first'
# openpyxl cuts what is longer, in silence.
LONGEST_TEXT = 32767


class ExcelError(Exception):
    """The workbook or the sheet asked for is not there."""


class Excel:
    """One workbook, and the sheet of it that cells are read from and written to.

    >>> xls = Excel()
    >>> xls.new_workbook()
    >>> xls.write_cell(0, 0, 'total')
    >>> xls.read_cell(0, 0)
    'total'
    """

    def __init__(self) -> None:
        self._workbook: Workbook | None = None
        self._sheet: Worksheet | None = None
        self._path: str | None = None

    @property
    def path(self) -> str | None:
        """The file that `save()` writes to; None for a new workbook that was not saved yet."""
        return self._path

    def new_workbook(self, sheet: str = 'Sheet1') -> None:
        """Starts an empty workbook with one sheet of that name."""
        workbook = Workbook()
        workbook.active.title = sheet
        self._use(workbook, None)

    def open_workbook(self, path: str | os.PathLike[str], values: bool = False) -> None:
        """Opens a workbook and selects the sheet that was active when it was saved.

        Args:
            path: the `.xlsx` or `.xlsm` file.
            values: read formulas as the values that Excel computed last, and not as text such as `'=A1+1'`.

        Raises:
            FileNotFoundError: there is no such file.
            ExcelError: the file is no workbook that openpyxl can read, or it holds no sheet with cells.
        """
        name = os.fspath(path)
        try:
            workbook = load_workbook(name, data_only=values)
        except OSError:
            raise
        except Exception as error:
            raise ExcelError(f'{name} is not a workbook that can be read: {error}') from error
        self._use(workbook, name)

    def close(self) -> None:
        """Forgets the workbook. Changes that were not saved are lost; nothing happens when none is open."""
        if self._workbook is not None:
            self._workbook.close()
        self._workbook = self._sheet = self._path = None

    def save(self, path: str | os.PathLike[str] | None = None) -> str:
        """Saves the workbook and returns the path it was written to.

        Args:
            path: the file to write; the one it was opened from or saved to last when left out.

        Raises:
            ExcelError: no workbook is open, or a new one is saved without a path.
        """
        workbook = self._open()
        target = self._path if path is None else os.fspath(path)
        if target is None:
            raise ExcelError('this workbook is new: save(path) needs a path')
        workbook.save(target)
        self._path = target
        return target

    def sheet_names(self) -> list[str]:
        """The names of the sheets that hold cells, in the order of their tabs."""
        return [sheet.title for sheet in self._open().worksheets]

    def sheet_name(self) -> str:
        """The name of the selected sheet."""
        return self._selected().title

    def select_sheet(self, name: str) -> None:
        """Reads and writes the cells of that sheet from now on.

        Raises:
            ExcelError: there is no sheet of that name; the message lists those there are.
        """
        for sheet in self._open().worksheets:
            if sheet.title == name:
                self._sheet = sheet
                return
        raise ExcelError(f'there is no sheet {name!r}: the sheets are {", ".join(self.sheet_names())}')

    def add_sheet(self, name: str) -> None:
        """Adds an empty sheet after the last one and selects it.

        Raises:
            ExcelError: a sheet of that name is there already.
        """
        if name in self.sheet_names():
            raise ExcelError(f'there is a sheet {name!r} already')
        self._sheet = self._open().create_sheet(name)

    def read_cell(self, row: int, col: int) -> Any:
        """The value of a cell: None, bool, int, float, str, datetime or a formula's text.

        A cell that was never written is None.

        Args:
            row: zero for the first row.
            col: zero for column A.

        Raises:
            IndexError: a negative row or column.
            ExcelError: no workbook is open.
        """
        cell = self._find(row, col)
        return None if cell is None else cell.value

    def write_cell(self, row: int, col: int, value: Any) -> None:
        """Sets a cell, which is made when it does not exist yet. None empties it.

        Cells know no time zones: an aware datetime is written as its local time, as a naive one is read.

        Raises:
            IndexError: a negative row or column.
            ValueError: a value that a cell cannot hold, such as a text of more than 32,767 characters.
            ExcelError: no workbook is open.
        """
        cell = self._find(row, col)
        if cell is None:
            cell = self._selected().cell(row + 1, col + 1)
        kind = _kind_of(value) if type(cell) is Cell else None
        if kind is None:
            cell.value = _for_cell(value)
        else:
            cell._value, cell.data_type = value, kind

    def rows(self, start: int = 0, stop: int | None = None) -> list[list[Any]]:
        """The values of the selected sheet as a list of rows, all of the same length.

        Args:
            start: the first row, from zero.
            stop: the row before which to stop; the end of the sheet when left out.
        """
        sheet = self._selected()
        last = sheet.max_row if stop is None else min(stop, sheet.max_row)
        if start >= last:
            return []
        return [list(row) for row in sheet.iter_rows(start + 1, last, values_only=True)]

    def append_row(self, values: list[Any]) -> None:
        """Writes a row of values below the last one."""
        self._selected().append([_for_cell(value) for value in values])

    def size(self) -> dict[str, int]:
        """How far the selected sheet reaches: `{'rows': …, 'columns': …}`."""
        sheet = self._selected()
        return {'rows': sheet.max_row, 'columns': sheet.max_column}

    def _find(self, row: int, col: int) -> Cell | MergedCell | None:
        """The cell, where there is one (`sheet.cell()` would make it)."""
        if row < 0 or col < 0:
            raise IndexError(f'rows and columns count from zero, got row {row}, column {col}')
        return self._selected()._cells.get((row + 1, col + 1))

    def _use(self, workbook: Workbook, path: str | None) -> None:
        if not workbook.worksheets:
            raise ExcelError(f'{path} holds no sheet with cells')
        active = workbook.active
        self._workbook = workbook
        self._sheet = active if isinstance(active, Worksheet) else workbook.worksheets[0]
        self._path = path

    def _open(self) -> Workbook:
        if self._workbook is None:
            raise ExcelError(NOT_OPEN)
        return self._workbook

    def _selected(self) -> Worksheet:
        if self._sheet is None:
            raise ExcelError(NOT_OPEN)
        return self._sheet


def _kind_of(value: Any) -> str | None:
    """The type of cell for what needs no second look.

    openpyxl comes to the same by a regular expression and a dozen calls: most of the time of a write.
    None: ask openpyxl.
    """
    kind = _PLAIN.get(type(value))
    if kind == 's' and not (value.isprintable() and len(value) <= LONGEST_TEXT and value[:1] not in _SPECIAL):
        return None
    return kind


_PLAIN = {int: 'n', float: 'n', str: 's'}
#: How formulas and errors begin.
_SPECIAL = ('=', '#')


def _for_cell(value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        raise ValueError(f'a cell holds at most {LONGEST_TEXT} characters, got {len(value)}')
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone().replace(tzinfo=None)
    return value
