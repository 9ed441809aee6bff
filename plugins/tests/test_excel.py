from datetime import datetime, timezone
from pathlib import Path

import pytest
from Excel import Excel, ExcelError
from openpyxl import Workbook
from openpyxl.utils.exceptions import IllegalCharacterError

FIXTURE = Path(__file__).resolve().parents[2] / 'test' / 'fixtures' / 'test.xlsx'


@pytest.fixture
def xls() -> Excel:
    excel = Excel()
    excel.open_workbook(FIXTURE)
    return excel


def test_reads_a_workbook(xls: Excel) -> None:
    assert xls.sheet_names() == ['Orders', '订单', 'Types', 'Empty']
    assert xls.sheet_name() == 'Orders'
    assert [xls.read_cell(0, col) for col in range(5)] == ['Date', 'Item', 'Count', 'Price', 'Total']
    assert xls.read_cell(1, 0) == datetime(2024, 1, 15)
    assert xls.read_cell(1, 4) == '=C2*D2'


def test_reads_chinese(xls: Excel) -> None:
    xls.select_sheet('订单')
    assert xls.rows() == [
        ['日期', '品名', '数量'],
        [datetime(2024, 2, 29), '苹果', 12],
        [datetime(2024, 12, 31), '香蕉 🍌', 7],
    ]


def test_reads_every_type(xls: Excel) -> None:
    xls.select_sheet('Types')
    assert dict(xls.rows(1)) == {
        'int': 42,
        'negative': -7,
        'float': 3.25,
        'large': 9007199254740991,
        'true': True,
        'false': False,
        'text': 'plain',
        'empty': None,
        'moment': datetime(2024, 5, 6, 7, 8, 9),
    }


def test_what_was_never_written_is_none(xls: Excel) -> None:
    assert xls.read_cell(5_000, 100) is None
    assert xls.size() == {'rows': 4, 'columns': 5}, 'reading makes no cells'


def test_writes_saves_and_reads_back(xls: Excel, tmp_path: Path) -> None:
    target = tmp_path / 'saved.xlsx'
    xls.write_cell(0, 1, 'A')
    xls.write_cell(20, 30, '新的')
    xls.write_cell(1, 1, None)
    assert xls.save(target) == str(target) == xls.path

    again = Excel()
    again.open_workbook(str(target))
    assert (again.read_cell(0, 1), again.read_cell(20, 30), again.read_cell(1, 1)) == ('A', '新的', None)
    again.write_cell(0, 1, 'B')
    assert again.save() == str(target)
    again.open_workbook(target)
    assert again.read_cell(0, 1) == 'B'


def test_a_new_workbook(tmp_path: Path) -> None:
    xls = Excel()
    xls.new_workbook('First')
    xls.append_row(['a', 1])
    xls.add_sheet('Second')
    xls.write_cell(0, 0, True)
    assert (xls.sheet_names(), xls.sheet_name()) == (['First', 'Second'], 'Second')
    with pytest.raises(ExcelError, match='needs a path'):
        xls.save()
    xls.save(tmp_path / 'new.xlsx')
    xls.open_workbook(tmp_path / 'new.xlsx')
    xls.select_sheet('First')
    assert xls.rows() == [['a', 1]]


def test_aware_datetimes_are_written_as_local_time(xls: Excel) -> None:
    moment = datetime(2024, 7, 1, 12, tzinfo=timezone.utc)
    xls.write_cell(0, 0, moment)
    assert xls.read_cell(0, 0).timestamp() == moment.timestamp()
    xls.append_row([moment])
    assert xls.rows()[-1][0] == xls.read_cell(0, 0)


def test_a_cell_cannot_hold_a_list(xls: Excel) -> None:
    with pytest.raises(ValueError, match='Cannot convert'):
        xls.write_cell(0, 0, [1])


def test_a_text_that_is_too_long_is_refused_and_not_cut(xls: Excel) -> None:
    xls.write_cell(0, 0, 'x' * 32767)
    assert len(xls.read_cell(0, 0)) == 32767
    with pytest.raises(ValueError, match='a cell holds at most 32767 characters, got 32768'):
        xls.write_cell(0, 0, '新' * 32768)
    with pytest.raises(ValueError, match='32767'):
        xls.append_row(['x' * 40000])
    assert len(xls.read_cell(0, 0)) == 32767


def test_rows_can_be_cut(xls: Excel) -> None:
    assert [row[1] for row in xls.rows(1, 3)] == ['apple', 'pear']
    assert xls.rows(99) == []


def test_nothing_works_before_open() -> None:
    xls = Excel()
    for call in (
        xls.sheet_names,
        xls.rows,
        xls.save,
        lambda: xls.read_cell(0, 0),
        lambda: xls.write_cell(0, 0, 1),
    ):
        with pytest.raises(ExcelError, match=r'^no workbook is open: call open_workbook\(path\)'):
            call()
    xls.close()


def test_closed_is_as_before_open(xls: Excel) -> None:
    xls.close()
    with pytest.raises(ExcelError, match='no workbook is open'):
        xls.read_cell(0, 0)


def test_errors_say_what_is_wrong(xls: Excel, tmp_path: Path) -> None:
    with pytest.raises(ExcelError, match="no sheet 'Nope': the sheets are Orders, 订单"):
        xls.select_sheet('Nope')
    with pytest.raises(ExcelError, match="a sheet 'Orders' already"):
        xls.add_sheet('Orders')
    with pytest.raises(IndexError, match='got row -1, column 0'):
        xls.read_cell(-1, 0)
    with pytest.raises(FileNotFoundError):
        xls.open_workbook(tmp_path / 'absent.xlsx')
    text = tmp_path / 'text.xlsx'
    text.write_text('not a workbook')
    with pytest.raises(ExcelError, match=r'text\.xlsx is not a workbook that can be read'):
        xls.open_workbook(text)
    assert xls.read_cell(0, 0) == 'Date', 'a failed open keeps the workbook that was open'


@pytest.mark.parametrize(
    'value',
    [
        *(0, -7, 2**70, 3.25, float('inf'), True, None),
        *(
            '',
            'text',
            'Überweisung',
            '订单 🍌',
            'two\nlines',
            '\t',
            'no\u00a0break',
            '\ud800',
            '12',
            '1e3',
            'TRUE',
        ),
        *('=', '=A1', '=A1+1', ' =A1', '#N/A', '#REF!', '#1', '#'),
        datetime(2024, 2, 29),
    ],
)
def test_a_cell_is_what_openpyxl_makes_of_a_value(xls: Excel, value: object) -> None:
    theirs = Workbook().active.cell(1, 1)
    theirs.value = value
    for row in (0, 1, 40):
        xls.write_cell(row, 0, value)
        ours = xls._find(row, 0)
        assert ours is not None
        assert (ours.value, ours.data_type, type(ours.value)) == (theirs.value, theirs.data_type, type(value))


@pytest.mark.parametrize('text', ['\0', 'bell\a', '\x1f'])
def test_a_character_that_no_cell_holds_is_refused(xls: Excel, text: str) -> None:
    before = xls.read_cell(0, 0)
    with pytest.raises(IllegalCharacterError):
        xls.write_cell(0, 0, text)
    assert xls.read_cell(0, 0) == before


def test_a_merged_cell_is_read_only(xls: Excel) -> None:
    xls._selected().merge_cells('A1:B2')
    for value in (1, 'text', 2.5):
        with pytest.raises(AttributeError):
            xls.write_cell(1, 1, value)
