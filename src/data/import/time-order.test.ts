import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { isSluiceError, randomFrom } from '../../foundation/index.ts'
import { defineSchema, number, ref, text } from '../../problem/index.ts'
import { type DataDirectory, openDataDirectory } from '../data-directory.ts'
import { type EventLog, openEventLog } from '../event-log.ts'
import { importFiles } from './import-files.ts'
import type { DelimitedMapping } from './mapping.ts'

const clock = () => 1_800_000_000_000
const schema = defineSchema({
  entities: { user: {}, video: { title: text().optional() } },
  events: { rating: { user: ref('user'), video: ref('video'), stars: number({ max: 5 }) } },
})
const MAPPING: DelimitedMapping = {
  delimiter: ',',
  header: true,
  type: 'rating',
  at: { column: 'time', unit: 's' },
  fields: { user: 'user', video: 'video', stars: { column: 'stars', as: 'number' } },
}
const HEADER = 'user,video,stars,time'

/** Rows of 200 different seconds, shuffled; the number of the row is its user. */
function shuffledRows(count: number): string[] {
  const random = randomFrom(4, 'rows')
  const row = (index: number) => `"u${index}",v,${index % 9 === 8 ? 'six' : 4},${1_000_000_000 + random.integer(200)}`
  return Array.from({ length: count }, (_, index) => row(index))
}

describe('importing a file in the order of time', () => {
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
  const sorted = { format: MAPPING, sort: true }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-sort-'))
    openLog('data')
  })
  afterEach(async () => {
    await closeLog()
    rmSync(folder, { recursive: true })
  })

  it('keeps the order of the file among rows of one time', async () => {
    const rows = shuffledRows(12_000)
    const file = write('ratings.csv', [HEADER, ...rows].join('\n'))
    const { files, accepted, rejected } = await importFiles(log, [file], sorted)
    const got = everything()
    assert.equal(accepted + rejected, 12_000)
    assert.equal(files[0]?.lines, 12_001)
    const row = ({ user }: { [name: string]: unknown }) => Number(String(user).slice(1))
    for (const [index, record] of got.slice(1).entries()) {
      const before = got[index]
      assert.ok(before && (before.at < record.at || (before.at === record.at && row(before) < row(record))))
    }
  })

  it('is what a layout does, and what a mapping does when asked', async () => {
    const ratings = [
      'user\titem\trating\ttimestamp',
      'a\tv\t4\t1000000300',
      'b\tv\t4\t1000000100',
      'c\tv\t4\t1000000200',
    ]
    const file = write('ratings.tsv', ratings.join('\n'))
    const users = async (format: string, options: { sort?: boolean }) => {
      openLog(`${format}-${options.sort}`)
      await importFiles(log, [file], { format, ...options })
      const seen = everything().map(({ user }) => user)
      await closeLog()
      return seen.join('')
    }
    await closeLog()
    assert.equal(await users('movielens-tsv', {}), 'bca')
    assert.equal(await users('movielens-tsv', { sort: false }), 'abc')
    openLog('mapping')
    await importFiles(log, [write('r.csv', `${HEADER}\na,v,4,1000000300\nb,v,4,1000000100`)], { format: MAPPING })
    assert.equal(everything()[0]?.user, 'a')
  })

  it('gives the same log when it was interrupted and went on', async () => {
    const file = write('ratings.csv', [HEADER, ...shuffledRows(12_000)].join('\n'))
    await importFiles(log, [file], sorted)
    const [expected, inputs] = [everything(), log.readQuarantine({ limit: 2_000 }).inputs]
    await closeLog()
    openLog('again')
    const stop = new AbortController()
    const once = { ...sorted, signal: stop.signal, onProgress: () => stop.abort() }
    await assert.rejects(importFiles(log, [file], once), { name: 'AbortError' })
    assert.ok(log.head > 0 && log.head < expected.length)
    const rest = await importFiles(log, [file], sorted)
    assert.equal(rest.duplicates, 0)
    assert.deepEqual(everything(), expected)
    assert.deepEqual(
      log.readQuarantine({ limit: 2_000 }).inputs.map(({ line }) => line),
      inputs.map(({ line }) => line),
    )
    assert.equal((await importFiles(log, [file], sorted)).files[0]?.lines, 0)
  })

  it('takes the whole rows of a gzip file that was cut, in order, and says that it was', async () => {
    const zipped = gzipSync([HEADER, ...shuffledRows(20_000)].join('\n'))
    const file = write('ratings.csv.gz', zipped.subarray(0, zipped.length - 4_000))
    await assert.rejects(importFiles(log, [file], sorted), (error) => isSluiceError(error, 'FILE_UNREADABLE'))
    const times = everything().map(({ at }) => at)
    assert.ok(times.length > 5_000)
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
    const { accepted } = await importFiles(log, [write('ratings.csv.gz', zipped)], sorted)
    assert.equal(times.length + accepted + Math.floor(20_001 / 9), 20_000)
  })

  it('leaves rows without a time to the quarantine, and an empty file alone', async () => {
    const file = write('ratings.csv', `${HEADER}\na,v,4,soon\nb,v,4,1000000000`)
    assert.deepEqual((await importFiles(log, [file], sorted)).files, [
      { file, lines: 3, accepted: 1, duplicates: 0, rejected: 1, linesBefore: 0 },
    ])
    assert.equal(log.readQuarantine().inputs[0]?.line, 2)
    assert.equal((await importFiles(log, [write('empty.csv', '')], sorted)).accepted, 0)
  })
})
