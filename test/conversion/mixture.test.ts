/** The tables of the conversion tests once more, with every way that the codec can take chosen at random for each call. */
import { force } from './forced'
import './js-to-py.test'
import './py-to-js.test'
import './keys.test'
import './shapes.test'
import './sharing.test'
import './text.test'
import './keys-exhausted.test'

force()
