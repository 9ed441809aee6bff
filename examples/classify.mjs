/** A scikit-learn model: trained on the iris flowers, tested, and asked about new ones. */
import { kwargs, Python } from 'python-ts'

const py = new Python()
const { load_iris } = py.import('sklearn.datasets')
const { train_test_split } = py.import('sklearn.model_selection')
const { StandardScaler } = py.import('sklearn.preprocessing')
const { LogisticRegression } = py.import('sklearn.linear_model')
const { make_pipeline } = py.import('sklearn.pipeline')

const iris = load_iris()
const names = iris.target_names.tolist()
const options = { test_size: 0.25, random_state: 7, stratify: iris.target }
const [train, test, trainKinds, testKinds] = train_test_split(iris.data, iris.target, kwargs(options))

const model = make_pipeline(new StandardScaler(), new LogisticRegression())
model.fit(train, trainKinds)
console.log(`${(100 * model.score(test, testKinds)).toFixed(1)} % of ${test.shape[0]} flowers are right`)

// Measured in the garden: the length and width of sepal and petal, in centimetres.
const flowers = [
  [5.0, 3.4, 1.5, 0.2],
  [6.7, 3.1, 5.6, 2.4],
]
const kinds = model.predict(flowers).tolist()
const odds = model
  .predict_proba(flowers)
  .max(kwargs({ axis: 1 }))
  .tolist()
for (const [index, kind] of kinds.entries())
  console.log(`${names[kind]} (${Math.floor(100 * odds[index])} %)`)
