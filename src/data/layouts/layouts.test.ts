import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isSluiceError } from '../../foundation/index.ts'
import { categories, category, defineSchema, integer, number, ref, text, timestamp } from '../../problem/index.ts'
import { openDataDirectory } from '../data-directory.ts'
import { openEventLog } from '../event-log.ts'
import { importFiles } from '../import/import-files.ts'
import type { EventRecord } from '../record.ts'
import { findLayout, LAYOUT_NAMES } from './known-layouts.ts'

const clock = () => 1_800_000_000_000
const schema = defineSchema({
  entities: {
    user: { age: integer(), gender: category(), occupation: category() },
    video: { title: text(), genres: categories(), publishedAt: timestamp() },
  },
  events: { rating: { user: ref('user'), video: ref('video'), stars: number({ min: 0.5, max: 5 }) } },
})

const RATED = { type: 'rating', at: 881_250_949_000, user: '1', video: '2', stars: 3.5 }
const USER = { type: 'user', at: 1e11, user: '1', age: 24, gender: 'M', occupation: 'writer' }
const VIDEO = {
  type: 'video',
  at: 1e11,
  video: '2',
  title: 'Café, Le (1995)',
  genres: ['Comedy', 'Drama'],
  publishedAt: Date.UTC(1995, 0, 1),
}

/** Files as each data set has them, one row a file, that all mean {@link RATED}, {@link USER} and {@link VIDEO}. */
const FIXTURES: Record<string, Record<string, Buffer>> = {
  'movielens-100k': {
    'u.data': Buffer.from('1\t2\t3.5\t881250949\n'),
    'u.item': Buffer.from(`2|Café, Le (1995)|01-Jan-1995||http://x|0|0|0|0|0|1|0|0|1${'|0'.repeat(10)}\n`, 'latin1'),
    'u.user': Buffer.from('1|24|M|writer|85711\n'),
  },
  'movielens-1m': {
    'ratings.dat': Buffer.from('1::2::3.5::881250949\n'),
    'movies.dat': Buffer.from('2::Café, Le (1995)::Comedy|Drama\n', 'latin1'),
    'users.dat': Buffer.from('1::M::24::writer::85711\n'),
  },
  'movielens-latest': {
    'ratings.csv': Buffer.from('userId,movieId,rating,timestamp\n1,2,3.5,881250949\n'),
    'movies.csv': Buffer.from('movieId,title,genres\n2,"Café, Le (1995)",Comedy|Drama\n'),
  },
  'movielens-tsv': {
    'ratings.tsv': Buffer.from('user\titem\trating\ttimestamp\tfold\n1\t2\t3.5\t881250949\t4\n'),
    'items.tsv': Buffer.from('item\ttitle\tgenres\n2\tCafé, Le (1995)\tComedy|Drama\n'),
    'users.tsv': Buffer.from('user\tage\tgender\toccupation\tzip\n1\t24\tM\twriter\t85711\n'),
  },
  movietweetings: {
    'ratings.dat': Buffer.from('1::2::7::881250949\n'),
    'movies.dat': Buffer.from('2::Café, Le (1995)::Comedy|Drama\n'),
  },
}

async function importInto(files: readonly string[], format: string): Promise<EventRecord[]> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-layout-'))
  const directory = openDataDirectory(folder, { mode: 'write', clock })
  const log = openEventLog(directory, { schema, clock })
  try {
    await importFiles(log, files, { format })
    return [...log.read()].flatMap(({ records }) => records)
  } finally {
    await directory.close()
    rmSync(folder, { recursive: true })
  }
}

describe('the layouts of known data sets', () => {
  for (const [name, contents] of Object.entries(FIXTURES)) {
    it(`read ${name} into users, videos and ratings, what is known first`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'sluice-fixture-'))
      for (const [file, content] of Object.entries(contents)) writeFileSync(join(folder, file), content)
      const records = await importInto(
        Object.keys(contents).map((file) => join(folder, file)),
        name,
      )
      rmSync(folder, { recursive: true })
      const hasUsers = Object.keys(contents).length === 3
      assert.deepEqual(
        records.map(({ id, ...record }) => record),
        hasUsers ? [USER, VIDEO, RATED] : [VIDEO, RATED],
      )
    })
  }

  it('are all tried here', () => {
    assert.deepEqual(Object.keys(FIXTURES), LAYOUT_NAMES)
  })

  it('take the release date where a column has it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-fixture-'))
    writeFileSync(join(folder, 'items.tsv'), 'item\ttitle\trelease_date\tgenres\n2\tHeat (1995)\t15-Dec-1995\tCrime\n')
    const [record] = await importInto([join(folder, 'items.tsv')], 'movielens-tsv')
    rmSync(folder, { recursive: true })
    assert.equal(record?.publishedAt, Date.UTC(1995, 11, 15))
  })

  it('say which files and names they know', async () => {
    assert.throws(
      () => findLayout('netflix'),
      (error) => isSluiceError(error, 'INVALID_ARGUMENT') && /movielens-1m/.test(error.message),
    )
    const folder = mkdtempSync(join(tmpdir(), 'sluice-fixture-'))
    writeFileSync(join(folder, 'tags.csv'), '')
    await assert.rejects(
      importInto([join(folder, 'tags.csv')], 'movielens-latest'),
      (error) => isSluiceError(error, 'INVALID_ARGUMENT') && /tags\.csv.*movies\.csv, ratings\.csv/.test(error.message),
    )
    rmSync(folder, { recursive: true })
  })

  const real = fileURLToPath(new URL('../../../../shared/data/ml-100k/', import.meta.url))
  it('read the real MovieLens 100K whole', {
    skip: existsSync(real) ? false : `needs the data set in ${real}`,
  }, async () => {
    const files = ['ratings', 'items', 'users'].map((name) => join(real, `${name}.tsv.gz`))
    const records = await importInto(files, 'movielens-tsv')
    const count = (type: string) => records.filter((record) => record.type === type).length
    assert.deepEqual([count('rating'), count('user'), count('video')], [100_000, 943, 1682])
    const published = records.filter(({ type, publishedAt }) => type === 'video' && publishedAt !== undefined)
    assert.equal(published.length, 1681)
  })
})
