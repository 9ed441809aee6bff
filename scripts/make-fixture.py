"""Writes test/fixtures/test.xlsx, which the tests and the tour read. Run it only to change that file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

TARGET = Path(__file__).resolve().parent.parent / 'test' / 'fixtures' / 'test.xlsx'
MADE = datetime(2024, 1, 1)


def main() -> None:
    workbook = Workbook()
    workbook.properties.creator = 'python-ts'
    workbook.properties.created = workbook.properties.modified = MADE
    fill_orders(workbook.active)
    fill_chinese(workbook.create_sheet('订单'))
    fill_types(workbook.create_sheet('Types'))
    workbook.create_sheet('Empty')
    workbook.save(TARGET)


def fill_orders(sheet: Worksheet) -> None:
    sheet.title = 'Orders'
    sheet.append(['Date', 'Item', 'Count', 'Price', 'Total'])
    orders = [
        (datetime(2024, 1, 15), 'apple', 3, 1.5),
        (datetime(2024, 2, 1), 'pear', 10, 0.75),
        (datetime(2024, 3, 31), 'plum', 250, 0.2),
    ]
    for row, order in enumerate(orders, start=2):
        sheet.append([*order, f'=C{row}*D{row}'])
    for cell in sheet[1]:
        cell.font = Font(bold=True)


def fill_chinese(sheet: Worksheet) -> None:
    sheet.append(['日期', '品名', '数量'])
    sheet.append([datetime(2024, 2, 29), '苹果', 12])
    sheet.append([datetime(2024, 12, 31), '香蕉 🍌', 7])


def fill_types(sheet: Worksheet) -> None:
    sheet.append(['name', 'value'])
    values = {
        'int': 42,
        'negative': -7,
        'float': 3.25,
        'large': 2**53 - 1,
        'true': True,
        'false': False,
        'text': 'plain',
        'empty': None,
        'moment': datetime(2024, 5, 6, 7, 8, 9),
    }
    for item in values.items():
        sheet.append(item)


if __name__ == '__main__':
    main()
