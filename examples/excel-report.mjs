/** An Excel report with a header, number formats and a chart, straight from JavaScript data through openpyxl. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { kwargs, Python } from 'python-ts'

const sales = [
  { month: [2024, 1], region: '华东', revenue: 182_300.5, orders: 412 },
  { month: [2024, 2], region: '华东', revenue: 164_120.0, orders: 388 },
  { month: [2024, 3], region: '华东', revenue: 203_980.25, orders: 471 },
]

const py = new Python()
const { date } = py.import('datetime')
const { Workbook, load_workbook } = py.import('openpyxl')
const { Font } = py.import('openpyxl.styles')
const { BarChart, Reference } = py.import('openpyxl.chart')

const folder = fileURLToPath(new URL('../build/examples', import.meta.url))
const file = join(folder, 'report.xlsx')
mkdirSync(folder, { recursive: true })
save(file)
console.log(`${file}: ${readTotal(file)} in all`)

function save(file) {
  const workbook = new Workbook()
  const sheet = workbook.active
  sheet.title = 'Sales'
  fill(sheet)
  format(sheet)
  sheet.add_chart(chartOf(sheet), 'F2')
  workbook.save(file)
}

function fill(sheet) {
  sheet.append(['Month', 'Region', 'Revenue', 'Orders'])
  for (const { month, region, revenue, orders } of sales)
    sheet.append([firstOf(month), region, revenue, orders])
}

/** A `date` is a live Python object, so it reaches the cell as it is: Excel knows no time zones, and a Date has one. */
function firstOf([year, month]) {
  return new date(year, month, 1)
}

function format(sheet) {
  const bold = Font(kwargs({ bold: true }))
  for (const cell of [...sheet.iter_rows(1, 1)][0]) cell.font = bold
  for (const [cell] of sheet.iter_rows(2, 1 + sales.length, 3, 3)) cell.number_format = '#,##0.00'
}

function chartOf(sheet) {
  const chart = new BarChart()
  const last = 1 + sales.length
  chart.add_data(
    Reference(sheet, kwargs({ min_col: 3, min_row: 1, max_row: last })),
    kwargs({ titles_from_data: true }),
  )
  chart.set_categories(Reference(sheet, kwargs({ min_col: 1, min_row: 2, max_row: last })))
  return chart
}

function readTotal(file) {
  const sheet = load_workbook(file).active
  let total = 0
  for (const [revenue] of sheet.iter_rows(kwargs({ min_row: 2, min_col: 3, max_col: 3, values_only: true })))
    total += revenue
  return total
}
