import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DAY_MS, isSluiceError, manualClock } from '../../foundation/index.ts'
import { SMALL_SEARCH_START_MS, smallSearchEvents, smallSearchService, temporaryFolder } from '../../testing/index.ts'
import { Engine } from '../engine.ts'
import { openReader } from '../reader.ts'
import { openOfflineSearch } from './search-offline.ts'

describe('a search system over a directory that is only read', () => {
  it('finds what the engine found, in its order, and as many as are asked for', async () => {
    const application = smallSearchService()
    const directory = temporaryFolder()
    const clock = manualClock(SMALL_SEARCH_START_MS + 30 * DAY_MS)
    const engine = Engine.open(application, { directory, clock })
    await engine.accept(smallSearchEvents({ searches: 50 }))
    const queries = ['red kettle', 'lamp', 'chiar', 'nothing of the kind']
    const answers = await Promise.all(queries.map((query) => engine.search('shop', { query, limit: 30 })))
    await engine.close()
    const reader = openReader(application, { directory, clock })
    const search = openOfflineSearch(application, reader, 'shop')
    for (const [index, query] of queries.entries()) {
      const found = answers[index]!.items.map(({ id, score }) => ({ id, score }))
      assert.deepEqual(search(query, 30), found)
      assert.deepEqual(search(query, 1000).slice(0, 30), found)
    }
    assert.ok(search('lamp', 1000).length > 30)
    assert.throws(
      () => openOfflineSearch(application, reader, 'none'),
      (error) => isSluiceError(error, 'UNKNOWN_SYSTEM'),
    )
    await reader.close()
  })
})
