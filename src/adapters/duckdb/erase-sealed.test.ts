import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { EventRecord } from '../../data/index.ts'
import { isSluiceError } from '../../foundation/index.ts'
import { category, defineSchema, ref, text } from '../../problem/index.ts'
import { temporaryFolder } from '../../testing/index.ts'
import { checkSealed, openSealedExports, sealLog } from './index.ts'
import { ask, filesWith, NOW, openLogOf, sealedPaths } from './testing/sealed-log.ts'

const schema = defineSchema({
  entities: { user: { country: category(), invitedBy: ref('user').optional() }, video: { title: text() } },
  events: {
    watch: { user: ref('user'), video: ref('video') },
    gift: { from: ref('user'), to: ref('user'), note: text().optional() },
  },
})

const KEYS = ['a', 'b', '🙂', "o'x", '"', 'a\u0000b', 'subject', ',']
const key = fc.constantFrom(...KEYS)
const event = fc.oneof(
  fc.record({ type: fc.constant('watch'), user: key, video: key }),
  fc.record({ type: fc.constant('gift'), from: key, to: key }),
  fc.record({ type: fc.constant('user'), user: key, invitedBy: key }),
  fc.record({ type: fc.constant('video'), video: key }),
)

describe('erasing from sealed files', () => {
  it('takes out every row that refers to the subject as its entity, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 1, maxLength: 30 }),
        fc.constantFrom('user', 'video'),
        key,
        async (drawn, entity, id) => {
          const records = drawn.map((rest, index): EventRecord => ({ id: `e${index}`, at: NOW, ...rest }))
          const { log, folder, close } = await openLogOf(temporaryFolder(), schema, records)
          await sealLog(log, schema, folder, { all: true, segmentOffsets: 15 })
          const left = records.filter((record) => !refersTo(record, entity, id))
          const sealed = openSealedExports(folder)
          const { rows } = await sealed.erase({ entity, id }, schema)
          assert.equal(rows, records.length - left.length)
          assert.deepEqual(await sealedIds(folder), left.map((record) => record.id).sort())
          assert.deepEqual(await sealed.erase({ entity, id }, schema), { files: 0, rows: 0 })
          assert.deepEqual(checkSealed(folder).problems, [])
          await close()
        },
      ),
      { seed: 32, numRuns: 30 },
    )
  })

  it('leaves no byte of the key, in statistics neither', async () => {
    // First and last in the order of text, so that the statistics of the columns name them.
    for (const id of ['!first-of-all-keys', '~last-of-all-keys']) {
      const records = Array.from({ length: 3000 }, (_, index) => watch(index, index % 100 === 0 ? id : `u${index}`))
      const { log, folder, close } = await openLogOf(temporaryFolder(), schema, [
        ...records,
        ownEvent(id),
        decision(1, id, 'v1'),
      ])
      await sealLog(log, schema, folder, { all: true, segmentOffsets: 1000 })
      assert.ok(filesWith(folder, id).length > 0, 'the scan must be able to find it')
      assert.deepEqual(await openSealedExports(folder).erase({ entity: 'user', id }, schema), { files: 5, rows: 32 })
      assert.deepEqual(filesWith(folder, id), [])
      assert.deepEqual(
        await sealedIds(folder),
        records
          .filter(({ user }) => user !== id)
          .map((record) => record.id)
          .sort(),
      )
      await close()
    }
  })

  it('takes out decisions that name the subject, its items and details included', async () => {
    const decisions = [
      decision(1, 'u1', 'v1'),
      decision(2, 'u2', 'v2'),
      decision(3, 'u3', 'v3', { request: { subject: 'u3', candidates: ['v"9', 'v8'] } }),
      decision(4, 'u4', 'v4', { request: { subject: 'u4', context: { friend: 'u"7' } } }),
      decision(5, 'u5', 'v5', { items: [{ id: 'v5', because: 'v2' }] }),
    ]
    const { log, folder, close } = await openLogOf(temporaryFolder(), schema, decisions)
    await sealLog(log, schema, folder, { all: true })
    const sealed = openSealedExports(folder)
    const erase = async (entity: string, id: string) => (await sealed.erase({ entity, id }, schema)).rows
    // The name of a field in the decision is no subject.
    assert.equal(await erase('user', 'score'), 0)
    assert.equal(await erase('user', 'u1'), 1)
    assert.equal(await erase('video', 'v2'), 2)
    assert.equal(await erase('video', 'v"9'), 1)
    assert.equal(await erase('user', 'u"7'), 1)
    assert.deepEqual(await sealedIds(folder), [])
    assert.deepEqual(
      sealedPaths(folder).filter((path) => path.endsWith('.parquet')),
      [],
    )
    await close()
  })

  it('searches all text of a type that the schema has no longer', async () => {
    const { log, folder, close } = await openLogOf(temporaryFolder(), schema, [watch(1, 'u1'), watch(2, 'u2')])
    await sealLog(log, schema, folder, { all: true })
    const smaller = defineSchema({ entities: { user: {} }, events: {} })
    assert.deepEqual(await openSealedExports(folder).erase({ entity: 'user', id: 'u1' }, smaller), {
      files: 1,
      rows: 1,
    })
    assert.deepEqual(await sealedIds(folder), ['e2'])
    await close()
  })

  it('refuses to build on a file that is damaged, and changes nothing', async () => {
    const { log, folder, close } = await openLogOf(temporaryFolder(), schema, [watch(1, 'u1'), watch(2, 'u2')])
    await sealLog(log, schema, folder, { all: true })
    const file = join(folder, 'watch/1-2.parquet')
    const bytes = readFileSync(file)
    bytes[4] = (bytes[4] ?? 0) ^ 1
    writeFileSync(file, bytes)
    const erased = openSealedExports(folder).erase({ entity: 'user', id: 'u1' }, schema)
    await assert.rejects(erased, (error) => isSluiceError(error, 'DIRECTORY_CORRUPT'))
    assert.deepEqual(readFileSync(file), bytes)
    await log.append([watch(3, 'u3')])
    await assert.rejects(sealLog(log, schema, folder, { all: true }), (error) =>
      isSluiceError(error, 'DIRECTORY_CORRUPT'),
    )
    await close()
  })

  it('is not undone by a later sealing of the same offsets', async () => {
    const { log, folder, close } = await openLogOf(temporaryFolder(), schema, [watch(1, 'u1'), watch(2, 'u2')])
    await sealLog(log, schema, folder, { all: true })
    await openSealedExports(folder).erase({ entity: 'user', id: 'u1' }, schema)
    await log.append([watch(3, 'u3')])
    await sealLog(log, schema, folder, { all: true })
    assert.deepEqual(await sealedIds(folder), ['e2', 'e3'])
    await close()
  })

  it('removes what a sealing that was killed left behind, the first one too', async () => {
    const folder = join(temporaryFolder(), 'sealed')
    const left = ['watch/1-10.parquet.draft', '.spill/rows.tmp']
    for (const path of left) {
      mkdirSync(join(folder, dirname(path)), { recursive: true })
      writeFileSync(join(folder, path), 'somebody')
    }
    assert.equal(filesWith(folder, 'somebody').length, 2)
    await openSealedExports(folder).erase({ entity: 'user', id: 'somebody' }, schema)
    assert.deepEqual(sealedPaths(folder), ['lock.duckdb'])
  })

  it('has nothing to do where nothing was sealed, and makes no folder there', async () => {
    const folder = join(temporaryFolder(), 'sealed')
    assert.deepEqual(await openSealedExports(folder).erase({ entity: 'user', id: 'u' }, schema), { files: 0, rows: 0 })
    assert.equal(existsSync(folder), false)
  })
})

function watch(index: number, user: string): EventRecord {
  return { id: `e${index}`, type: 'watch', at: NOW, user, video: `v${index}` }
}

function ownEvent(user: string): EventRecord {
  return { id: 'own', type: 'user', at: NOW, user }
}

function decision(index: number, subject: string, item: string, rest: object = {}): EventRecord {
  const items = [{ id: item, score: 1 }]
  return { id: `d${index}`, type: '$decision', at: NOW, system: 'home', asOf: 0, request: { subject }, items, ...rest }
}

/** Whether a record refers to a subject, by a rule of its own: the fields of this schema written out. */
function refersTo(record: EventRecord, entity: string, id: string): boolean {
  const fields = entity === 'user' ? ['user', 'from', 'to', 'invitedBy'] : ['video']
  return fields.some((field) => record[field] === id)
}

async function sealedIds(folder: string): Promise<string[]> {
  const files = sealedPaths(folder).filter((path) => path.endsWith('.parquet'))
  const ids = await Promise.all(files.map((path) => ask(`SELECT id FROM '${join(folder, path)}'`)))
  return ids
    .flat()
    .map(({ id }) => String(id))
    .sort()
}
