import { submit } from '../codec/calls'
import type { Link } from '../codec/cell'
import { AsyncOp, Flag } from '../codec/tags'
import { ownLink } from './own'

/** Whether JavaScript can await the object. */
export function isAwaitable(link: Link): boolean {
  return (link.flags & Flag.AWAITABLE) !== 0
}

/** What JavaScript expects of a promise, for the live objects that can be awaited. */
export const PROMISE_METHODS: Readonly<Record<string, unknown>> = {
  __proto__: null,

  // biome-ignore lint/suspicious/noThenProperty: awaitables are there to be awaited
  then(this: unknown, onFulfilled?: never, onRejected?: never): Promise<unknown> {
    return settled(this, 'then()').then(onFulfilled, onRejected)
  },

  catch(this: unknown, onRejected?: never): Promise<unknown> {
    return settled(this, 'catch()').catch(onRejected)
  },

  finally(this: unknown, onFinally?: never): Promise<unknown> {
    return settled(this, 'finally()').finally(onFinally)
  },
}

/** What the asyncio loop of the object's interpreter gets from it. */
function settled(object: unknown, method: string): Promise<unknown> {
  return submit(AsyncOp.AWAIT, ownLink(object, method).interpreter, object)
}
