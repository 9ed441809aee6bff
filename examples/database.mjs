/** SQLAlchemy with SQLite: tables from JavaScript data, a query, and a transaction that is rolled back. */
import { kwargs, Python, PythonError } from 'python-ts'

const py = new Python()
const {
  Column,
  ForeignKey,
  Integer,
  MetaData,
  String: Text,
  Table,
  create_engine,
  func,
  select,
} = py.import('sqlalchemy')

const metadata = new MetaData()
const customers = new Table(
  'customers',
  metadata,
  new Column('id', Integer, kwargs({ primary_key: true })),
  new Column('name', Text, kwargs({ nullable: false, unique: true })),
)
const orders = new Table(
  'orders',
  metadata,
  new Column('id', Integer, kwargs({ primary_key: true })),
  new Column('customer', new ForeignKey('customers.id')),
  new Column('cents', Integer),
)
const engine = create_engine('sqlite://') // in memory
metadata.create_all(engine)

transact((connection) => {
  connection.execute(customers.insert(), [{ name: '李明' }, { name: 'Ada' }])
  const bought = [1250, 300, 7999].map((cents, index) => ({ customer: 1 + (index % 2), cents }))
  connection.execute(orders.insert(), bought)
})

const total = func.sum(orders.c.cents)
const sums = select(customers.c.name, total.label('cents')).join(orders).group_by(customers.c.id)
console.table(transact((connection) => rowsOf(connection.execute(sums))))

try {
  transact((connection) => {
    connection.execute(customers.insert(), { name: 'Grace' })
    connection.execute(customers.insert(), { name: 'Ada' })
  })
} catch (error) {
  if (!(error instanceof PythonError)) throw error
  console.log(`${error.name}: ${error.value.orig}`)
}
const count = select(func.count()).select_from(customers)
console.log(
  'customers:',
  transact((connection) => connection.execute(count).scalar()),
)

/** Python's `with engine.begin() as connection`: commits, or rolls back what threw. */
function transact(work) {
  return py.with(engine.begin(), work)
}

/** Rows are Python objects that know their columns. */
function rowsOf(result) {
  return [...result].map((row) => ({ name: row.name, total: row.cents / 100 }))
}
