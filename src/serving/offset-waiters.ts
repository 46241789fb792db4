import type { FeatureState } from '../features/index.ts'
import { SluiceError } from '../foundation/index.ts'

/** Requests that wait until the state has seen an offset. */
export class OffsetWaiters {
  readonly #waiting = new Set<{ offset: number; resolve: () => void }>()

  /**
   * Resolves when the state has seen the offset.
   *
   * @throws SluiceError `OFFSET_NOT_REACHED` when it takes longer than `limitMs`
   */
  async reach(offset: number, state: FeatureState, limitMs: number): Promise<void> {
    if (state.offset >= offset) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const waiter = { offset, resolve: () => {} }
    try {
      await new Promise<void>((resolve, reject) => {
        waiter.resolve = resolve
        this.#waiting.add(waiter)
        timer = setTimeout(() => {
          const message = `atLeastOffset: expected at most ${state.offset}, got ${offset}; no event has that offset yet`
          reject(new SluiceError('OFFSET_NOT_REACHED', message))
        }, limitMs)
      })
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(waiter)
    }
  }

  /** The state has seen everything up to an offset. */
  advance(offset: number): void {
    for (const waiter of this.#waiting) if (waiter.offset <= offset) waiter.resolve()
  }
}
