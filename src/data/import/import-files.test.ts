import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { isSluiceError } from '../../foundation/index.ts'
import { boolean, categories, category, defineSchema, number, ref, text, timestamp } from '../../problem/index.ts'
import { type DataDirectory, openDataDirectory } from '../data-directory.ts'
import { type EventLog, openEventLog } from '../event-log.ts'
import { type ImportProgress, importFiles } from './import-files.ts'
import type { DelimitedMapping } from './mapping.ts'

const NOW = 1_800_000_000_000
const clock = () => NOW
const schema = defineSchema({
  entities: { user: {}, video: { title: text(), tags: categories(), isFree: boolean(), publishedAt: timestamp() } },
  events: {
    rating: { user: ref('user'), video: ref('video'), stars: number({ max: 5 }), note: category().optional() },
  },
})
const rating = (id: string | undefined, stars: unknown = 4) => ({
  id,
  type: 'rating',
  at: NOW,
  user: 'u',
  video: 'v',
  stars,
})
const MANY = Array.from({ length: 12_000 }, (_, index) =>
  index % 1000 === 7 ? '{oops' : JSON.stringify(rating(`e${index}`)),
)

describe('importing files', () => {
  let folder: string
  let directory: DataDirectory
  let log: EventLog

  const openLog = (name: string) => {
    directory = openDataDirectory(join(folder, name), { mode: 'write', clock })
    log = openEventLog(directory, { schema, clock })
  }
  const closeLog = async () => {
    await log.close()
    await directory.close()
  }
  const write = (name: string, content: string | Uint8Array) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const everything = () => [...log.read()].flatMap(({ records }) => records)

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-import-'))
    openLog('data')
  })
  afterEach(async () => {
    await closeLog()
    rmSync(folder, { recursive: true })
  })

  it('takes the good lines, and keeps the others with their line and text', async () => {
    const lines = [rating('a'), '{"id":', rating('b', 9), '', [1], rating('a')]
    const file = write(
      'events.ndjson',
      lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
    )
    const { files, ...result } = await importFiles(log, [file], { format: 'ndjson' })
    assert.deepEqual(result, { accepted: 1, duplicates: 1, rejected: 3, offset: 1 })
    const { inputs } = log.readQuarantine()
    const seen = inputs.map(({ code, line, source, original }) => [code, line, source, original]).sort()
    assert.deepEqual(seen, [
      ['MALFORMED_JSON', 2, 'events.ndjson', '{"id":'],
      ['OUT_OF_RANGE', 3, 'events.ndjson', JSON.stringify(rating('b', 9))],
      ['WRONG_TYPE', 5, 'events.ndjson', '[1]'],
    ])
  })

  it('counts a line without an id once, however often and however compressed its file comes', async () => {
    const content = `${JSON.stringify(rating(undefined))}\n${JSON.stringify(rating(undefined))}\n`
    assert.equal((await importFiles(log, [write('a.ndjson', content)], { format: 'ndjson' })).accepted, 2)
    const zipped = await importFiles(log, [write('a.ndjson.gz', gzipSync(content))], { format: 'ndjson' })
    assert.deepEqual([zipped.accepted, zipped.duplicates], [0, 2])
    const grown = await importFiles(log, [write('a.ndjson', content + content)], { format: 'ndjson' })
    assert.deepEqual([grown.accepted, grown.duplicates], [2, 2])
  })

  for (const isZipped of [false, true]) {
    it(`gives the same log when it was interrupted and went on, ${isZipped ? 'gzip' : 'plain'}`, async () => {
      const content = MANY.join('\n')
      const file = write('many.ndjson', isZipped ? gzipSync(content) : content)
      const whole = await importFiles(log, [file], { format: 'ndjson' })
      const expected = everything()
      const inputs = log.readQuarantine().inputs
      await closeLog()

      openLog('again')
      const stop = new AbortController()
      const once = { format: 'ndjson', signal: stop.signal, onProgress: () => stop.abort() }
      await assert.rejects(importFiles(log, [file], once), { name: 'AbortError' })
      const before = log.head
      assert.ok(before > 0 && before < expected.length)
      await closeLog()
      openLog('again')
      const rest = await importFiles(log, [file], { format: 'ndjson' })
      assert.equal(rest.duplicates, 0)
      assert.equal(before + rest.accepted, whole.accepted)
      assert.equal((rest.files[0]?.lines ?? 0) + (rest.files[0]?.linesBefore ?? 0), MANY.length)
      assert.deepEqual(everything(), expected)
      assert.deepEqual(log.readQuarantine().inputs, inputs)
      const third = await importFiles(log, [file], { format: 'ndjson' })
      assert.deepEqual([third.accepted, third.duplicates, third.rejected], [0, 0, 0])
    })
  }

  it('takes two files for two though they have one name, one size and one beginning', async () => {
    const lines = Array.from({ length: 3000 }, (_, index) => JSON.stringify(rating(`e${index}`)))
    const content = (last: string) => [...lines, JSON.stringify(rating(last))].join('\n')
    for (const [name, last] of [
      ['first', 'x'],
      ['second', 'y'],
    ] as const) {
      mkdirSync(join(folder, name))
      const { accepted } = await importFiles(log, [write(`${name}/events.ndjson`, content(last))], { format: 'ndjson' })
      assert.equal(accepted, name === 'first' ? 3001 : 1)
    }
  })

  it('tells how far it is', async () => {
    const file = write('many.ndjson', MANY.join('\n'))
    const seen: ImportProgress[] = []
    await importFiles(log, [file], { format: 'ndjson', onProgress: (progress) => seen.push({ ...progress }) })
    assert.ok(seen.length > 2)
    assert.ok(seen.every(({ bytesRead }, index) => bytesRead >= (seen[index - 1]?.bytesRead ?? 0)))
    const last = seen.at(-1)
    assert.deepEqual([last?.bytesRead, last?.lines, last?.accepted], [last?.bytesTotal, MANY.length, MANY.length - 12])
  })

  it('keeps the whole lines of a gzip file that was cut, and says that it was', async () => {
    const zipped = gzipSync(MANY.map((line, index) => `${line}${' '.repeat(index % 7)}`).join('\n'))
    const file = write('cut.ndjson.gz', zipped.subarray(0, zipped.length - 4000))
    await assert.rejects(importFiles(log, [file], { format: 'ndjson' }), (error) =>
      isSluiceError(error, 'FILE_UNREADABLE'),
    )
    const cutAt = log.head
    assert.ok(cutAt > 5000)
    assert.equal(log.readQuarantine().counts.MALFORMED_JSON, Math.ceil((cutAt - 7) / 999))
    const { accepted } = await importFiles(log, [write('cut.ndjson.gz', zipped)], { format: 'ndjson' })
    assert.equal(cutAt + accepted, MANY.length - 12)
  })

  it('names a file that is missing before it reads another', async () => {
    const file = write('a.ndjson', JSON.stringify(rating('a')))
    const missing = importFiles(log, [file, join(folder, 'nothing.ndjson')], { format: 'ndjson' })
    await assert.rejects(
      missing,
      (error) =>
        isSluiceError(error, 'FILE_NOT_FOUND') &&
        /nothing\.ndjson: expected a file, got nothing of that name; correct/.test(error.message),
    )
    await assert.rejects(importFiles(log, [folder], { format: 'ndjson' }), (error) =>
      isSluiceError(error, 'FILE_UNREADABLE'),
    )
    assert.equal(log.head, 0)
  })

  it('makes records of quoted rows, also over several lines', async () => {
    const mapping: DelimitedMapping = {
      delimiter: ',',
      header: true,
      type: 'video',
      id: 'key',
      at: { column: 'added', unit: 'date' },
      fields: {
        video: 'key',
        title: 'name',
        tags: { column: 'tags', as: 'list', separator: ';' },
        isFree: { column: 'free', as: 'boolean' },
        publishedAt: {
          firstOf: [
            { column: 'released', as: 'date' },
            { column: 'name', as: 'year-in-text' },
          ],
        },
      },
    }
    const rows = [
      'key,name,tags,free,added,extra',
      'v1,"Me, ""Myself""\r\nand I (2000)",a; b,yes,2020-01-01,',
      'v2,Plain,,,1.1.2020,',
      'v3,short',
      'v4,"never closed,,,2020-01-01,',
    ]
    const { accepted, rejected } = await importFiles(log, [write('videos.csv', rows.join('\r\n'))], { format: mapping })
    assert.deepEqual([accepted, rejected], [1, 3])
    const at = Date.UTC(2020, 0, 1)
    const video = { video: 'v1', title: 'Me, "Myself"\nand I (2000)', tags: ['a', 'b'], isFree: true }
    assert.deepEqual(everything(), [{ id: 'v1', type: 'video', at, ...video, publishedAt: Date.UTC(2000, 0, 1) }])
    const faults = log
      .readQuarantine()
      .inputs.map(({ code, line }) => [line, code])
      .sort()
    assert.deepEqual(faults, [
      [4, 'WRONG_TYPE'],
      [5, 'MALFORMED_ROW'],
      [6, 'MALFORMED_ROW'],
    ])
  })

  it('refuses a mapping whose columns the file does not have', async () => {
    const mapping: DelimitedMapping = {
      delimiter: ',',
      header: true,
      type: 'user',
      at: { constant: NOW },
      fields: { user: 'name' },
    }
    const attempt = importFiles(log, [write('users.csv', 'id,age\n1,2')], { format: mapping })
    await assert.rejects(
      attempt,
      (error) => isSluiceError(error, 'INVALID_ARGUMENT') && /columns name, got id, age/.test(error.message),
    )
  })
})
