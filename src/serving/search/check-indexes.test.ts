import assert from 'node:assert/strict'
import { readdirSync, rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { requireSearchSystem } from '../../application/index.ts'
import { DAY_MS, manualClock } from '../../foundation/index.ts'
import { SearchIndex } from '../../retrieval/index.ts'
import { SMALL_SEARCH_START_MS, smallSearchEvents, smallSearchService, temporaryFolder } from '../../testing/index.ts'
import { Engine } from '../engine.ts'
import { openReader, type Reader } from '../reader.ts'
import { checkSearchIndexes } from './check-indexes.ts'
import { searchIndexFolder } from './live-indexes.ts'

const application = smallSearchService()
const system = requireSearchSystem(application, 'shop')
const NOW = SMALL_SEARCH_START_MS + 30 * DAY_MS
const clock = manualClock(NOW)

async function saved(): Promise<string> {
  const directory = temporaryFolder()
  const engine = Engine.open(application, { directory, clock })
  const product = (fields: object) => ({
    id: `own-${Object.values(fields).join('-')}`,
    type: 'product',
    at: NOW,
    ...fields,
  })
  // One that nothing is said of, and one that is gone.
  const others = [product({ product: 'bare' }), product({ product: 'p1', removed: true })]
  const { rejected } = await engine.accept([...smallSearchEvents({ products: 50, searches: 5 }), ...others])
  assert.deepEqual(rejected, [])
  await engine.close()
  return directory
}

async function examined<Result>(directory: string, look: (reader: Reader) => Result | Promise<Result>) {
  const reader = openReader(application, { directory, clock })
  try {
    return await look(reader)
  } finally {
    await reader.close()
  }
}

const check = (directory: string, app = application) => examined(directory, (reader) => checkSearchIndexes(app, reader))

describe('the check of saved indexes', () => {
  it('says how many documents an index has and up to where, and finds nothing wrong with a sound one', async () => {
    const { lines, problems } = await check(await saved())
    assert.deepEqual(problems, [])
    assert.match(lines.join(), /^index of shop: 49 documents, up to offset \d+$/)
  })

  it('does not mind that there is none, or one of another definition', async () => {
    const directory = await saved()
    const { fields } = system
    const other = smallSearchService({ fields: { ...fields, title: { kind: 'text' } } })
    const { lines, problems } = await check(directory, other)
    assert.deepEqual(problems, [])
    assert.match(lines.join(), /defined otherwise/)
    rmSync(searchIndexFolder(application, directory, ['shop', system]).path, { recursive: true })
    assert.deepEqual(await check(directory), {
      lines: ['index of shop: none is saved; a start makes it'],
      problems: [],
    })
  })

  it('tells of a damaged file', async () => {
    const directory = await saved()
    const { path } = searchIndexFolder(application, directory, ['shop', system])
    const [segment] = readdirSync(path).filter((name) => name.startsWith('segment-'))
    truncateSync(join(path, segment!), 100)
    const { problems } = await check(directory)
    assert.match(problems.join(), /^index of shop: .*wrong checksum.*the next start of sluice serve does that$/)
  })

  it('tells of an index that has other documents than the log', async () => {
    const directory = await saved()
    await examined(directory, async ({ log }) => {
      const index = new SearchIndex(system)
      index.note(log.head, 'stranger', { title: 'x' }, { title: 'x' })
      index.reach(log.head)
      index.indexTo(log.head)
      const folder = searchIndexFolder(application, directory, ['shop', system])
      assert.ok(await folder.save(index, log, new AbortController().signal))
    })
    assert.match((await check(directory)).problems.join(), /49 too few and 1 too many/)
  })
})
