/** JavaScript objects to a DataFrame, grouped by pandas, and back as rows for console.table. */
import { kwargs, Python } from 'python-ts'

const readings = [
  { city: '北京', day: 'Mon', degrees: 21.5 },
  { city: '北京', day: 'Tue', degrees: 23.0 },
  { city: '上海', day: 'Mon', degrees: 25.5 },
  { city: '上海', day: 'Tue', degrees: null },
  { city: '深圳', day: 'Mon', degrees: 29.0 },
]

const py = new Python()
const pd = py.import('pandas')

const frame = new pd.DataFrame(readings)
const summary = frame.groupby('city').agg(kwargs({ mean: of('mean'), days: of('count') }))
console.table(summary.reset_index().to_dict('records'))

const warmest = frame.sort_values('degrees', kwargs({ ascending: false })).head(1)
console.log('warmest:', warmest.to_dict('records')[0])

function of(aggfunc) {
  return pd.NamedAgg('degrees', aggfunc)
}
