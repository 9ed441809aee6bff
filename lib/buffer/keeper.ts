import { types } from 'node:util'
import type { Core } from '../../types/native'
import { isMainThread } from '../native'

/** The channel by which workers send memory to the main thread. */
const CHANNEL = 'python-ts:shared-memory'

/** The main thread keeps the shared memory that workers give to Python: it lives as long as the process, and they do not. */
export function connectKeeper(native: Core): void {
  if (isMainThread()) native.setKeeper(() => receiveMemory(native))
  else native.callKeeper()
}

function receiveMemory(native: Core): void {
  const channel = openChannel()
  channel.onmessage = (event) => {
    const [number, memory] = (event as { data: [number, SharedArrayBuffer] }).data
    if (types.isSharedArrayBuffer(memory)) native.keep(number, memory)
  }
  channel.unref()
}

/** Has the main thread keep the memory of this worker; the number by which it does. 0 on the main thread, which keeps its own. */
export function keepElsewhere(native: Core, memory: SharedArrayBuffer): number {
  if (isMainThread()) return 0
  const number = native.awaitKeeper()
  if (number === 0) {
    throw new Error(
      'A worker can share memory with Python where the main thread has started Python, too, and its event loop turns: ' +
        'the main thread keeps the memory when the worker ends.',
    )
  }
  const channel = openChannel()
  channel.postMessage([number, memory])
  channel.close()
  return number
}

/** Loaded here: 2 ms that most programs need not pay. */
function openChannel(): import('node:worker_threads').BroadcastChannel {
  const { BroadcastChannel } = require('node:worker_threads') as typeof import('node:worker_threads')
  return new BroadcastChannel(CHANNEL)
}
