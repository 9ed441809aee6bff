/** An item of `pool.map()` failed. `cause` is what its call threw. */
export class PoolItemError extends Error {
  /** Where the item stands among the items, from 0 on. */
  readonly index: number

  constructor(index: number, cause: unknown) {
    super(`Item ${index} failed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.index = index
  }
}

Object.defineProperty(PoolItemError.prototype, 'name', {
  value: 'PoolItemError',
  writable: true,
  configurable: true,
})
