import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { EventRecord } from '../../data/index.ts'
import { isSluiceError } from '../../foundation/index.ts'
import {
  boolean,
  categories,
  category,
  defineSchema,
  id,
  integer,
  number,
  ref,
  text,
  timestamp,
} from '../../problem/index.ts'
import { temporaryFolder } from '../../testing/index.ts'
import { checkSealed, dropSealed, sealLog } from './index.ts'
import { loadDuckDb } from './load-duckdb.ts'
import { ask, NOW, openLogOf, sealedPaths } from './testing/sealed-log.ts'

const schema = defineSchema({
  entities: { user: { country: category(), bornAt: timestamp(), Tags: categories() }, video: {} },
  events: {
    watch: {
      user: ref('user'),
      video: ref('video').optional(),
      seconds: number().optional(),
      times: integer().optional(),
      note: text().optional(),
      labels: categories().optional(),
      isFirst: boolean().optional(),
      seenAt: timestamp().optional(),
      decision: id().optional(),
      offset: integer().optional(),
      AT: text().optional(),
    },
  },
})

/** The columns of `watch`, with the field that each one holds. */
const WATCH: Readonly<Record<string, string>> = {
  user: '"user"',
  video: 'video',
  seconds: 'seconds',
  times: 'CAST(times AS VARCHAR)',
  note: 'note',
  labels: 'labels',
  isFirst: '"isFirst"',
  seenAt: 'CAST(epoch_ms("seenAt") AS VARCHAR)',
  decision: 'decision',
  offset: 'CAST(offset_ AS VARCHAR)',
  AT: 'AT_',
}
const WHOLE = ['times', 'seenAt', 'offset']

const string = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).map((drawn) => drawn.toWellFormed()),
  fc.constantFrom('', "O'Hara", '"quoted"', '🙂👩‍👩‍👧', 'a\u0000b', '\\', '\n', 'NULL', 'Zürich', '\u2028'),
)
const key = string.filter((drawn) => drawn.length > 0)
const whole = fc.oneof(
  fc.maxSafeInteger(),
  fc.constantFrom(0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 2 ** 31, 2 ** 52 + 1),
)
const real = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((drawn) => drawn + 0),
  fc.constantFrom(5e-324, 0.1, 1.7976931348623157e308, -1e-300),
)
const maybe = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined, freq: 3 })
const fields = fc.record({
  user: key,
  video: maybe(key),
  seconds: maybe(real),
  times: maybe(whole),
  note: maybe(string),
  labels: maybe(fc.array(string, { maxLength: 3 })),
  isFirst: maybe(fc.boolean()),
  seenAt: maybe(whole),
  decision: maybe(key),
  offset: maybe(whole),
  AT: maybe(string),
})
const time = fc.integer({ min: NOW - 1e12, max: NOW })
const watches = fc
  .array(fc.tuple(time, fields), { minLength: 1, maxLength: 40 })
  .map((drawn) => drawn.map(([at, rest], index) => withoutAbsent({ id: `e${index}`, type: 'watch', at, ...rest })))

describe('sealing', () => {
  it('gives another reader every record as the log has it, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(watches, fc.integer({ min: 9, max: 50 }), async (records, segmentOffsets) => {
        const { log, folder, close } = await openLogOf(temporaryFolder(), schema, records)
        const { written } = await sealLog(log, schema, folder, { segmentOffsets, all: true })
        assert.equal(written.length, Math.ceil(records.length / segmentOffsets))
        assert.deepEqual(await readWatches(folder), records)
        assert.deepEqual(checkSealed(folder).problems, [])
        await close()
      }),
      { seed: 31, numRuns: 30 },
    )
  })

  it('writes offset, id and at, then the fields in the order of the schema with the types of Parquet', async () => {
    const { log, folder, close } = await openLogOf(temporaryFolder(), schema, [watch('a')])
    await sealLog(log, schema, folder, { all: true })
    const rows = await ask(
      `SELECT name, type, converted_type FROM parquet_schema('${folder}/watch/1-1.parquet') WHERE name <> 'duckdb_schema'`,
    )
    assert.deepEqual(
      rows.map(({ name, type, converted_type }) => [name, type, converted_type]),
      [
        ['offset', 'INT64', 'INT_64'],
        ['id', 'BYTE_ARRAY', 'UTF8'],
        ['at', 'INT64', 'TIMESTAMP_MILLIS'],
        ['user', 'BYTE_ARRAY', 'UTF8'],
        ['video', 'BYTE_ARRAY', 'UTF8'],
        ['seconds', 'DOUBLE', null],
        ['times', 'INT64', 'INT_64'],
        ['note', 'BYTE_ARRAY', 'UTF8'],
        ['labels', null, 'LIST'],
        ['list', null, null],
        ['element', 'BYTE_ARRAY', 'UTF8'],
        ['isFirst', 'BOOLEAN', null],
        ['seenAt', 'INT64', 'TIMESTAMP_MILLIS'],
        ['decision', 'BYTE_ARRAY', 'UTF8'],
        ['offset_', 'INT64', 'INT_64'],
        ['AT_', 'BYTE_ARRAY', 'UTF8'],
      ],
    )
    await close()
  })

  it('seals entities and decisions too, and counts what it leaves out', async () => {
    const decision = {
      id: 'd1',
      type: '$decision',
      at: NOW,
      system: 'home',
      asOf: 7,
      model: null,
      request: { subject: 'u1' },
      items: [{ id: 'v"1', score: 0.25 }],
      degraded: ['ranker: no model'],
    }
    const user = { id: 'c', type: 'user', at: NOW, user: 'u1', bornAt: -1, Tags: [] }
    const { log, folder, close } = await openLogOf(temporaryFolder(), schema, [
      user,
      decision,
      { id: 'n', type: '$note', at: NOW },
    ])
    const { otherRecords } = await sealLog(log, schema, folder, { all: true })
    assert.deepEqual(otherRecords, { $note: 1 })
    assert.deepEqual(await ask(`SELECT * EXCLUDE ("at") FROM '${folder}/$decision/1-3.parquet'`), [
      {
        offset: '2',
        id: 'd1',
        system: 'home',
        subject: 'u1',
        as_of: '7',
        model: null,
        items: JSON.stringify(decision.items),
        details: JSON.stringify({ request: decision.request, degraded: decision.degraded }),
      },
    ])
    assert.deepEqual(await ask(`SELECT epoch_ms("bornAt") AS born, Tags, country FROM '${folder}/user/*.parquet'`), [
      { born: '-1', Tags: [], country: null },
    ])
    await close()
  })

  it('seals whole segments, each once, and the rest when it is whole or all is asked for', async () => {
    const { log, folder, close } = await openLogOf(temporaryFolder(), schema, watchesOf(25))
    const seal = (all: boolean) => sealLog(log, schema, folder, { all, segmentOffsets: 10, types: ['watch'] })
    const ranges = async (all: boolean) => {
      const { written, skippedSegments } = await seal(all)
      return [written.map(({ first, last }) => `${first}-${last}`), skippedSegments]
    }
    assert.deepEqual(await ranges(false), [['1-10', '11-20'], 0])
    assert.deepEqual(await ranges(false), [[], 2])
    assert.deepEqual(await ranges(true), [['21-25'], 2])
    await log.append(watchesOf(32).slice(25))
    assert.deepEqual(await ranges(false), [['21-30'], 2])
    assert.deepEqual(await ranges(true), [['31-32'], 3])
    assert.deepEqual(await readWatches(folder), watchesOf(32))
    assert.deepEqual(
      sealedPaths(folder).filter((path) => path.startsWith('watch')),
      ['watch/1-10.parquet', 'watch/11-20.parquet', 'watch/21-30.parquet', 'watch/31-32.parquet'],
    )
    await close()
  })

  it('stops at the first segment that holds a record of the moment or later', async () => {
    const { log, folder, close } = await openLogOf(temporaryFolder(), schema, watchesOf(30))
    const beforeMs = NOW - 1000 + 15
    const { sealedTo } = await sealLog(log, schema, folder, { all: true, segmentOffsets: 10, beforeMs })
    assert.equal(sealedTo, 10)
    assert.equal((await readWatches(folder)).length, 10)
    await close()
  })

  it('makes the same bytes of the same records', async () => {
    const bytes: Buffer[] = []
    for (let run = 0; run < 2; run++) {
      const { log, folder, close } = await openLogOf(temporaryFolder(), schema, watchesOf(500))
      await sealLog(log, schema, folder, { all: true })
      bytes.push(readFileSync(join(folder, 'watch/1-500.parquet')))
      await close()
    }
    assert.deepEqual(bytes[0], bytes[1])
  })

  it('reads old files and new ones as one table when the schema has grown', async () => {
    const grown = defineSchema({
      entities: schema.entities,
      events: { watch: { ...schema.events.watch, device: category().optional() }, hide: { user: ref('user') } },
    })
    const old = await openLogOf(temporaryFolder(), schema, watchesOf(12))
    await sealLog(old.log, schema, old.folder, { all: true, segmentOffsets: 10 })
    await old.close()
    const path = join(old.folder, '..')
    const { log, folder, close } = await openLogOf(path, grown, [{ ...watch('new'), device: 'tv' }])
    await log.append([{ id: 'h', type: 'hide', at: NOW, user: 'u1' }])
    await sealLog(log, grown, folder, { all: true })
    const all = `read_parquet('${folder}/watch/*.parquet', union_by_name = true)`
    assert.deepEqual(await ask(`SELECT count(*) AS n, list(device ORDER BY "offset") AS devices FROM ${all}`), [
      { n: '13', devices: [...Array(12).fill(null), 'tv'] },
    ])
    assert.deepEqual(await ask(`SELECT "user" FROM '${folder}/hide/*.parquet'`), [{ user: 'u1' }])
    await close()
  })

  it('finishes or undoes what a killed process left', async () => {
    const { log, folder, close } = await openLogOf(temporaryFolder(), schema, watchesOf(20))
    const seal = (segmentOffsets?: number) =>
      sealLog(log, schema, folder, { ...(segmentOffsets ? { segmentOffsets } : {}) })
    await seal(10)
    const file = join(folder, 'watch/11-20.parquet')
    const bytes = readFileSync(file)
    // Killed between the manifest and the renaming, and while it wrote another file.
    rmSync(file)
    writeFileSync(`${file}.draft`, bytes)
    mkdirSync(join(folder, 'hide'))
    writeFileSync(join(folder, 'hide/1-10.parquet.draft'), 'half')
    assert.equal(checkSealed(folder).problems.length, 1)
    await dropSealed(folder, { beforeMs: 0 })
    assert.deepEqual(checkSealed(folder).problems, [])
    assert.deepEqual(readFileSync(file), bytes)
    assert.deepEqual(
      sealedPaths(folder).filter((path) => path.endsWith('.draft')),
      [],
    )
    await close()
  })

  it('finds a file that is gone, short or changed', async () => {
    const { log, folder, close } = await openLogOf(temporaryFolder(), schema, watchesOf(30))
    await sealLog(log, schema, folder, { segmentOffsets: 10 })
    const bytes = readFileSync(join(folder, 'watch/1-10.parquet'))
    rmSync(join(folder, 'watch/1-10.parquet'))
    writeFileSync(join(folder, 'watch/11-20.parquet'), bytes.subarray(1))
    const flipped = readFileSync(join(folder, 'watch/21-30.parquet'))
    flipped[20] = (flipped[20] ?? 0) ^ 1
    writeFileSync(join(folder, 'watch/21-30.parquet'), flipped)
    const { files, rows, problems } = checkSealed(folder)
    assert.deepEqual([files, rows], [3, 30])
    const got = (problem: string) => /got (none|\d+|a wrong checksum);/.exec(problem)?.[1]
    assert.deepEqual(problems.map(got), ['none', String(bytes.length - 1), 'a wrong checksum'])
    await close()
  })

  it('drops old rows for good, and no others', async () => {
    const { log, folder, close } = await openLogOf(temporaryFolder(), schema, [
      ...watchesOf(25),
      { id: 'c', type: 'user', at: 2e11, user: 'u' },
    ])
    const seal = () => sealLog(log, schema, folder, { all: true, segmentOffsets: 10 })
    await seal()
    const beforeMs = NOW - 1000 + 12
    assert.deepEqual(await dropSealed(folder, { beforeMs, types: ['watch'] }), { files: 2, rows: 12 })
    assert.deepEqual(await dropSealed(folder, { beforeMs, types: ['watch'] }), { files: 0, rows: 0 })
    await log.append(watchesOf(31).slice(25))
    await seal()
    assert.deepEqual(await readWatches(folder), watchesOf(31).slice(12))
    assert.equal((await ask(`SELECT * FROM '${folder}/user/*.parquet'`)).length, 1)
    assert.deepEqual(checkSealed(folder).problems, [])
    await close()
  })

  it('lets two sealings at once come to what one does', async () => {
    const { log, folder, close } = await openLogOf(temporaryFolder(), schema, watchesOf(40))
    const results = await Promise.all([1, 2].map(() => sealLog(log, schema, folder, { segmentOffsets: 10 })))
    assert.equal(results.flatMap(({ written }) => written).length, 4)
    assert.deepEqual(await readWatches(folder), watchesOf(40))
    await close()
  })

  it('refuses unknown types, another size of segment, and a manifest that is gone or damaged', async () => {
    const { log, folder, close } = await openLogOf(temporaryFolder(), schema, watchesOf(20))
    const refuses = async (options: object, code: 'INVALID_ARGUMENT' | 'DIRECTORY_CORRUPT') =>
      assert.rejects(sealLog(log, schema, folder, options), (error) => isSluiceError(error, code))
    await sealLog(log, schema, folder, { segmentOffsets: 10 })
    await refuses({ types: ['wach'] }, 'INVALID_ARGUMENT')
    await refuses({ segmentOffsets: 20 }, 'INVALID_ARGUMENT')
    writeFileSync(join(folder, 'manifest.json'), '{')
    await refuses({}, 'DIRECTORY_CORRUPT')
    rmSync(join(folder, 'manifest.json'))
    await refuses({}, 'DIRECTORY_CORRUPT')
    await close()
  })

  it('says what to install when DuckDB is missing', async () => {
    const missing = loadDuckDb(() => Promise.reject(new Error("Cannot find package '@duckdb/node-api'")))
    await assert.rejects(missing, (error) => {
      assert.ok(isSluiceError(error, 'PACKAGE_MISSING'))
      assert.match(error.message, /npm install @duckdb\/node-api@\d/)
      return true
    })
  })
})

const watch = (name: string, at = NOW): EventRecord => ({ id: name, type: 'watch', at, user: 'u1' })

/** Records a millisecond apart, the first a second before now. */
function watchesOf(count: number): EventRecord[] {
  return Array.from({ length: count }, (_, index) => watch(`e${index}`, NOW - 1000 + index))
}

/** Every watch of a sealed folder as the record that it was, by offset; checks that the offsets are distinct. */
async function readWatches(folder: string): Promise<EventRecord[]> {
  const columns = Object.entries(WATCH).map(([field, sql]) => `${sql} AS "f_${field}"`)
  const rows = await ask(
    `SELECT CAST("offset" AS VARCHAR) AS "offset", id, epoch_ms("at") AS "at", ${columns.join(', ')}
     FROM read_parquet('${folder}/watch/*.parquet') AS sealed ORDER BY sealed."offset"`,
  )
  assert.equal(new Set(rows.map(({ offset }) => offset)).size, rows.length)
  return rows.map((row) => {
    const entries = Object.keys(WATCH).map((field) => {
      const value = row[`f_${field}`] ?? undefined
      return [field, value !== undefined && WHOLE.includes(field) ? Number(value) : value]
    })
    return withoutAbsent({ id: String(row.id), type: 'watch', at: Number(row.at), ...Object.fromEntries(entries) })
  })
}

function withoutAbsent(record: EventRecord): EventRecord {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as unknown as EventRecord
}
