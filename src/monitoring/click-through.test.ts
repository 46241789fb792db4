import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventRecord } from '../data/index.ts'
import { MINUTE_MS } from '../foundation/index.ts'
import { candidates } from '../ranking/index.ts'
import { smallRanker, smallVideoService } from '../testing/index.ts'
import { ClickThroughJoin } from './click-through.ts'

let next = 0
function shown(decision: string, user: string, video: string, minute: number): EventRecord {
  return { id: `${next++}`, type: 'impression', at: minute * MINUTE_MS, user, video, position: 1, decision }
}
function watched(user: string, video: string, minute: number, seconds = 60): EventRecord {
  return { id: `${next++}`, type: 'watch', at: minute * MINUTE_MS, user, video, seconds }
}
/** Something that happened much later, so that every window is closed. */
const LATER = watched('nobody', 'nothing', 10_000)

function joined(records: readonly EventRecord[]): ClickThroughJoin {
  const join = ClickThroughJoin.of(smallVideoService(), 'home')!
  join.decided('d1', 'v1')
  join.decided('d2', 'v2')
  for (const record of records) join.applied(record)
  return join
}

describe('click-through by version', () => {
  it('counts impressions by the version that decided them, and labels within the window', () => {
    const join = joined([
      shown('d1', 'a', 'x', 0),
      shown('d1', 'a', 'y', 0),
      shown('d2', 'b', 'x', 0),
      watched('a', 'x', 30),
      watched('b', 'x', 31),
      LATER,
    ])
    assert.deepEqual(join.byVersion(), {
      v1: { impressions: 2, labelled: 1, open: 0, rate: 0.5 },
      v2: { impressions: 1, labelled: 0, open: 0, rate: 0 },
    })
  })

  it('counts an impression once, and nothing for what is no label or came before', () => {
    const join = joined([
      watched('a', 'x', -1),
      shown('d1', 'a', 'x', 0),
      watched('a', 'x', -1),
      watched('a', 'x', 1, 10),
      watched('c', 'x', 1),
      watched('a', 'x', 2),
      watched('a', 'x', 3),
      LATER,
    ])
    assert.deepEqual(join.byVersion().v1, { impressions: 1, labelled: 1, open: 0, rate: 1 })
  })

  it('leaves impressions whose window is open out of the rate, so that quick labels do not flatter', () => {
    const join = joined([shown('d1', 'a', 'x', 0), shown('d1', 'a', 'y', 0), watched('a', 'x', 1)])
    assert.deepEqual(join.byVersion().v1, { impressions: 2, labelled: 1, open: 2, rate: null })
  })

  it('gives a label to the last impression of the same subject and item', () => {
    const join = joined([shown('d1', 'a', 'x', 0), shown('d2', 'a', 'x', 5), watched('a', 'x', 6), LATER])
    assert.deepEqual([join.byVersion().v1?.labelled, join.byVersion().v2?.labelled], [0, 1])
  })

  it("forgets who met what once they are erased: a label that comes later is nobody's, what was counted stays", () => {
    for (const subject of [
      { entity: 'user', id: 'a' },
      { entity: 'video', id: 'x' },
    ]) {
      const join = joined([shown('d1', 'a', 'x', 0), shown('d1', 'b', 'y', 0)])
      join.forget(subject)
      for (const record of [watched('a', 'x', 1), watched('b', 'y', 1), LATER]) join.applied(record)
      assert.deepEqual([join.byVersion().v1?.impressions, join.byVersion().v1?.labelled], [2, 1])
    }
  })

  it('counts impressions of decisions that it does not know apart', () => {
    const join = joined([shown('other', 'a', 'x', 0), LATER])
    assert.deepEqual([join.unknown, join.byVersion()], [1, {}])
  })

  it('cannot be where no event is an impression', () => {
    const ranking = { ...smallRanker, examples: candidates({ negatives: 4 }) }
    assert.equal(ClickThroughJoin.of(smallVideoService({ ranking }), 'home'), undefined)
  })
})
