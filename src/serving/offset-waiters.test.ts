import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventRecord } from '../data/index.ts'
import { FeatureState } from '../features/index.ts'
import { isSluiceError } from '../foundation/index.ts'
import { smallVideoService } from '../testing/index.ts'
import { OffsetWaiters } from './offset-waiters.ts'

const { schema, aggregates } = smallVideoService()
const USER: EventRecord = { id: 'a', type: 'user', at: 0, user: 'u1' }

describe('waiting for an offset', () => {
  it('ends when the state has seen it, and not before', async () => {
    const state = new FeatureState(schema, aggregates)
    const waiters = new OffsetWaiters()
    const order: string[] = []
    const waits = [
      waiters.reach(2, state, 1_000).then(() => order.push('second')),
      waiters.reach(1, state, 1_000).then(() => order.push('first')),
      waiters.reach(0, state, 1_000).then(() => order.push('at once')),
    ]
    for (const offset of [1, 2]) {
      state.apply(offset, USER)
      waiters.advance(state.offset)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all(waits)
    assert.deepEqual(order, ['at once', 'first', 'second'])
  })

  it('is given up after its time, saying what is the last offset', async () => {
    const state = new FeatureState(schema, aggregates)
    await assert.rejects(
      new OffsetWaiters().reach(7, state, 2),
      (error) => isSluiceError(error, 'OFFSET_NOT_REACHED') && /at most 0, got 7/.test(error.message),
    )
  })
})
