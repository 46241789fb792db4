import assert from 'node:assert/strict'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { type Application, requireSearchSystem } from '../../application/index.ts'
import { derivedFolder } from '../../data/index.ts'
import { manualClock, type Random, randomFrom } from '../../foundation/index.ts'
import { defineSchema, ref } from '../../problem/index.ts'
import { saveTextIndex, TextIndexFolder } from '../../retrieval/index.ts'
import { SMALL_SEARCH_START_MS, smallSearchService, temporaryFolder } from '../../testing/index.ts'
import { Engine } from '../engine.ts'
import { eraseFromDirectory } from '../erase-records.ts'
import { openReader } from '../reader.ts'
import { openOfflineSearch } from './search-offline.ts'

const NOW = SMALL_SEARCH_START_MS
const application = smallSearchService()
const WORDS = ['red', 'green', 'lamp', 'chair', 'tent', 'wool', 'oak', 'steel', 'kettle', 'guitar']
const QUERIES = ['red lamp', '"green chair"', 'oak wool tent', 'steal', 'guitar price:..50', 'acme']

const folderOf = (directory: string) => derivedFolder(directory, 'search-shop')
const manifestOf = (directory: string) => join(folderOf(directory), 'manifest.json')
const open = (directory: string, app = application) => Engine.open(app, { directory, clock: manualClock(NOW) })

/** Events that list, change, remove and bring back a few products, some of them twice in a row. */
function changes(from: number, count: number): object[] {
  return Array.from({ length: count }, (_, place) => {
    const random = randomFrom(from + place, 'saved index')
    const product = `p${random.integer(120)}`
    return { id: `c${from + place}`, type: 'product', at: NOW, product, ...changeAt(random) }
  })
}

function changeAt(random: Random): object {
  const word = () => WORDS[random.integer(WORDS.length)]!
  const kind = random.uniform()
  if (kind < 0.1) return { removed: random.uniform() < 0.5 }
  if (kind < 0.4) return { price: random.integer(100) }
  const title = Array.from({ length: 1 + random.integer(6) }, word).join(' ')
  return kind < 0.7 ? { title } : { title, brand: random.uniform() < 0.5 ? 'Acme' : 'Dorado', description: word() }
}

/** Answers with all of their reasons, and what stands in the log of them. */
async function answersOf(engine: Engine): Promise<unknown[]> {
  const answers: unknown[] = []
  for (const query of QUERIES) {
    const { id, indexed, total, understood } = await engine.search('shop', { query, limit: 50 })
    const decision = await engine.decision(id)
    assert.ok(decision && 'understood' in decision)
    const { items } = await engine.explainSearch(decision)
    answers.push({ indexed, total, understood, items })
  }
  return answers
}

/** The bytes of the index of a folder, put together, and how far it is. */
function bytesOf(directory: string, app = application) {
  const { fields } = requireSearchSystem(app, 'shop')
  const plain = Object.entries(fields).map(([name, { from: _from, ...field }]) => [name, field])
  const opened = new TextIndexFolder(folderOf(directory)).open({ fields: Object.fromEntries(plain) })
  assert.ok(opened)
  return { bytes: saveTextIndex(opened.index.compact()), size: opened.index.size }
}

/** The same directory with an index that is made of its log alone. */
async function rebuilt(directory: string, app = application) {
  const copy = temporaryFolder()
  cpSync(directory, copy, { recursive: true })
  rmSync(folderOf(copy), { recursive: true, force: true })
  rmSync(join(copy, 'writer.lock'), { force: true })
  const engine = open(copy, app)
  const answers = await answersOf(engine)
  await engine.close()
  return { answers, ...bytesOf(copy, app) }
}

describe('the saved index of a search system', () => {
  it('is gone on from at a start, and equals one made of the log to the byte', async () => {
    const directory = temporaryFolder()
    for (let start = 0; start < 5; start++) {
      const engine = open(directory)
      assert.deepEqual([...engine.searching.indexesRefused], [])
      await engine.accept(changes(start * 300, 300))
      await engine.close()
      assert.ok(existsSync(manifestOf(directory)))
    }
    const made = await rebuilt(directory)
    const engine = open(directory)
    assert.deepEqual(await answersOf(engine), made.answers)
    await engine.close()
    const saved = bytesOf(directory)
    assert.equal(saved.size, made.size)
    assert.deepEqual(saved.bytes, made.bytes)
  })

  it('is brought up to the log when the engine did not end well, whatever was said of a document since', async () => {
    const directory = temporaryFolder()
    let engine = open(directory)
    await engine.accept(changes(0, 200))
    await engine.close()
    for (const count of [1, 40, 400]) {
      const older = temporaryFolder()
      cpSync(folderOf(directory), older, { recursive: true })
      engine = open(directory)
      await engine.accept(changes(1000 * count, count))
      await engine.close()
      rmSync(folderOf(directory), { recursive: true })
      cpSync(older, folderOf(directory), { recursive: true })
      const made = await rebuilt(directory)
      engine = open(directory)
      assert.equal(engine.searching.indexesRefused.size, 0)
      assert.deepEqual(await answersOf(engine), made.answers)
      await engine.close()
      assert.deepEqual(bytesOf(directory).bytes, made.bytes)
    }
  })

  it('is saved while the engine serves, once enough has changed', async () => {
    const directory = temporaryFolder()
    const engine = open(directory)
    await engine.accept(changes(0, 5_500))
    while (!existsSync(manifestOf(directory))) await new Promise((resolve) => setImmediate(resolve))
    await engine.close()
  })

  it('is refused, told of and made anew when it cannot be trusted', async () => {
    const directory = temporaryFolder()
    const first = open(directory)
    await first.accept(changes(0, 300))
    await first.close()
    const made = await rebuilt(directory)
    const refusedIn = async (folder: string, app: Application, reason: RegExp, answers?: unknown) => {
      const engine = open(folder, app)
      assert.match(engine.searching.indexesRefused.get('shop') ?? '', reason)
      if (answers) assert.deepEqual(await answersOf(engine), answers)
      await engine.close()
      const again = open(folder, app)
      assert.equal(again.searching.indexesRefused.size, 0)
      await again.close()
    }
    const copy = () => {
      const folder = temporaryFolder()
      cpSync(directory, folder, { recursive: true })
      return folder
    }
    const damaged = copy()
    const [segment] = readdirSync(folderOf(damaged)).filter((name) => name.startsWith('segment-'))
    const file = join(folderOf(damaged), segment!)
    const whole = readFileSync(file)
    writeFileSync(file, whole.fill(7, whole.length >>> 1, (whole.length >>> 1) + 1))
    await refusedIn(damaged, application, /wrong checksum/, made.answers)

    const { fields } = requireSearchSystem(application, 'shop')
    const { brand: _brand, ...fewer } = fields
    await refusedIn(copy(), smallSearchService({ fields: fewer, match: ['title'] }), /defined otherwise/)
    await refusedIn(
      copy(),
      smallSearchService({ fields: { ...fields, title: { kind: 'text', boost: 3 } } }),
      /otherwise/,
    )

    const ahead = temporaryFolder()
    const short = open(ahead)
    await short.accept(changes(0, 20))
    await short.close()
    rmSync(folderOf(ahead), { recursive: true })
    cpSync(folderOf(directory), folderOf(ahead), { recursive: true })
    await refusedIn(ahead, application, /ahead of the log/)

    const other = temporaryFolder()
    const grown = open(other)
    await grown.accept(changes(5_000, 400))
    await grown.close()
    rmSync(folderOf(other), { recursive: true })
    cpSync(folderOf(directory), folderOf(other), { recursive: true })
    await refusedIn(other, application, /the log was another/)
  })

  it('goes with the system that it belongs to', async () => {
    const directory = temporaryFolder()
    await open(directory).close()
    cpSync(import.meta.filename, join(derivedFolder(directory, 'search-former'), 'manifest.json'))
    await open(directory).close()
    assert.ok(!existsSync(derivedFolder(directory, 'search-former')))
  })

  it('is read by who judges searches, and not written', async () => {
    const directory = temporaryFolder()
    const engine = open(directory)
    await engine.accept(changes(0, 300))
    await engine.close()
    const found = () => {
      const reader = openReader(application, { directory, clock: manualClock(NOW) })
      const search = openOfflineSearch(application, reader, 'shop')
      const answers = QUERIES.map((query) => search(query, 20))
      return reader.close().then(() => answers)
    }
    const before = readdirSync(folderOf(directory))
    const fromSaved = await found()
    assert.deepEqual(readdirSync(folderOf(directory)), before)
    rmSync(folderOf(directory), { recursive: true })
    assert.deepEqual(await found(), fromSaved)
    assert.ok(!existsSync(folderOf(directory)))
  })
})

describe('the saved index of a search system, when somebody is erased', () => {
  const SECRET = 'xylophonist'
  const listing = { id: 'secret', type: 'product', at: NOW, product: 'p-secret', title: `a ${SECRET}`, brand: 'Acme' }
  const subject = { entity: 'product', id: 'p-secret' }

  it('holds nothing of the text any more when the erasure is whole, whoever erases', async () => {
    for (const isServed of [true, false]) {
      const directory = temporaryFolder()
      let engine = open(directory)
      await engine.accept([...changes(0, 200), listing])
      await engine.close()
      assert.ok(wordsIn(directory).has(SECRET))
      if (isServed) {
        engine = open(directory)
        await engine.eraseSubject(subject)
        assert.ok(!existsSync(folderOf(directory)) || !wordsIn(directory).has(SECRET))
      } else {
        await eraseFromDirectory(application, { directory, clock: manualClock(NOW) }, subject)
        assert.ok(!existsSync(folderOf(directory)))
        engine = open(directory)
      }
      assert.equal((await engine.search('shop', { query: SECRET })).total, 0)
      await engine.close()
      assert.ok(!wordsIn(directory).has(SECRET))
      assert.deepEqual(bytesOf(directory).bytes, (await rebuilt(directory)).bytes)
    }
  })

  it('is of no use when the log was written anew behind its back', async () => {
    const directory = temporaryFolder()
    let engine = open(directory)
    await engine.accept([...changes(0, 200), listing])
    await engine.close()
    const kept = temporaryFolder()
    cpSync(folderOf(directory), kept, { recursive: true })
    await eraseFromDirectory(application, { directory, clock: manualClock(NOW) }, subject)
    // As if the process had been killed before it came to that.
    cpSync(kept, folderOf(directory), { recursive: true })
    await eraseFromDirectory(application, { directory, clock: manualClock(NOW) }, subject)
    assert.ok(!existsSync(folderOf(directory)))
    cpSync(kept, folderOf(directory), { recursive: true })
    engine = open(directory)
    assert.match(engine.searching.indexesRefused.get('shop') ?? '', /records were removed since/)
    assert.equal((await engine.search('shop', { query: SECRET })).total, 0)
    await engine.close()
    assert.ok(!wordsIn(directory).has(SECRET))
  })

  it('loses the documents that named who is gone', async () => {
    const { entities, events } = application.schema
    const schema = defineSchema({
      entities: { ...entities, product: { ...entities.product, seller: ref('user').optional() } },
      events,
    })
    const sold = { ...application, schema } as Application
    const directory = temporaryFolder()
    const engine = open(directory, sold)
    await engine.accept([...changes(0, 50), { ...listing, seller: 'u-gone' }])
    assert.equal((await engine.search('shop', { query: SECRET })).total, 1)
    await engine.eraseSubject({ entity: 'user', id: 'u-gone' })
    assert.equal((await engine.search('shop', { query: SECRET })).total, 0)
    await engine.close()
    assert.ok(!wordsIn(directory, sold).has(SECRET))
  })

  /** Every word of every segment file, those of documents that are gone among them. */
  function wordsIn(directory: string, app = application): ReadonlySet<string> {
    const { fields } = requireSearchSystem(app, 'shop')
    const plain = Object.entries(fields).map(([name, { from: _from, ...field }]) => [name, field])
    const opened = new TextIndexFolder(folderOf(directory)).open({ fields: Object.fromEntries(plain) })
    assert.ok(opened)
    return new Set(opened.index.snapshot.segments.flatMap(({ kept }) => [...kept.segment.vocabulary.words]))
  }
})
