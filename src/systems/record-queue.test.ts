import assert from 'node:assert/strict'
import { it } from 'node:test'
import { randomFrom } from '../foundation/index.ts'
import { RecordQueue } from './record-queue.ts'

it('gives records back in the order of a stable sort by time, and none beyond the moment asked for', () => {
  const random = randomFrom(3, 'record queue')
  const records = Array.from({ length: 500 }, (_, index) => ({ id: `${index}`, type: 't', at: random.integer(60) }))
  const queue = new RecordQueue()
  for (const record of records) queue.push(record)
  const taken = Array.from({ length: 500 }, () => queue.popUntil(40)).filter((record) => record !== undefined)
  assert.deepEqual(
    taken,
    records.filter(({ at }) => at <= 40).toSorted((a, b) => a.at - b.at),
  )
  assert.equal(queue.popUntil(60)?.at, 41)
  assert.equal(new RecordQueue().popUntil(1), undefined)
})
