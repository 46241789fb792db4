import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { DAY_MS, manualClock } from '../../foundation/index.ts'
import { SMALL_SEARCH_START_MS, smallSearchEvents, smallSearchService, temporaryFolder } from '../../testing/index.ts'
import { Engine } from '../engine.ts'

const NOW = SMALL_SEARCH_START_MS + 30 * DAY_MS

describe('suggestions of an engine', () => {
  const directory = temporaryFolder()
  const application = smallSearchService({ suggestions: { minimumPeople: 2, blocked: ['crossbow'] } })
  let engine: Engine
  let asked = 0
  const query = (user: string, text: string, results = 5) => {
    const number = asked++
    return { id: `own-${number}`, type: 'query', at: NOW, decision: `own-${number}`, user, text, results }
  }
  const suggest = async (typed: string, person?: string) => {
    const found = await engine.searching.suggest('shop', { typed, ...(person === undefined ? {} : { person }) })
    return found.map(({ text, source }) => (source === 'own' ? `${text}*` : text))
  }
  before(async () => {
    engine = Engine.open(application, { directory, clock: manualClock(NOW) })
    await engine.accept(smallSearchEvents({ searches: 20 }))
  })
  after(() => engine.close())

  it('are of the log, and of what was committed a moment ago', async () => {
    assert.deepEqual(await suggest('zep'), [])
    await engine.accept([query('u1', 'Zeppelin'), query('u2', 'zeppelin'), query('u3', 'zeppelin rides')])
    assert.deepEqual(await suggest('zep'), ['zeppelin'])
    assert.deepEqual(await suggest('zep', 'u3'), ['zeppelin rides*', 'zeppelin'])
    await engine.accept([query('u4', 'zeppelin rides'), query('u1', 'crossbow'), query('u2', 'crossbow')])
    assert.deepEqual(await suggest('zep'), ['zeppelin', 'zeppelin rides'])
    assert.deepEqual(await suggest('cross', 'u1'), [])
    await engine.accept([query('u4', 'zeppelin rides', 0)])
    assert.deepEqual(await suggest('zep', 'u3'), ['zeppelin'], 'the last time it found nothing')
  })

  it('know a search that the engine itself answered', async () => {
    for (const subject of ['u5', 'u6']) await engine.search('shop', { query: 'yellow lamp for the attic', subject })
    await engine.decisionsLogged()
    await engine.accept([query('u7', 'something else')])
    assert.deepEqual(await suggest('yellow lamp for'), ['yellow lamp for the attic'])
  })

  it('are as if somebody had never asked once they are erased', async () => {
    await engine.accept([query('u8', 'velvet harp'), query('u9', 'velvet harp'), query('u9', 'velvet drum')])
    assert.deepEqual(await suggest('velvet', 'u9'), ['velvet drum*', 'velvet harp*'])
    const erased = engine.eraseSubject({ entity: 'user', id: 'u9' })
    assert.deepEqual(await suggest('velvet dru', 'u9'), [], 'a stranger from the moment the erasure begins')
    await erased
    assert.deepEqual(await suggest('velvet', 'u9'), [])
    assert.deepEqual(await suggest('velvet', 'u8'), ['velvet harp*'])
  })
})
