import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type ErrorCode, isSluiceError, randomFrom } from '../../../foundation/index.ts'
import { temporaryFolder } from '../../../testing/index.ts'
import type { TreeFileOptions } from './tree-file-options.ts'
import { readGroupSizes, readTreeFile } from './tree-files.ts'

const folder = temporaryFolder()
const shared = new URL('../../../../../shared/', import.meta.url)

function written(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, name.endsWith('.gz') ? gzipSync(text) : text)
  return file
}

async function read(name: string, text: string, options: TreeFileOptions = {}) {
  const { rowCount, featureNames, columns, labels, groupSizes } = await readTreeFile(written(name, text), options)
  const sizes = groupSizes && [...groupSizes]
  return { rowCount, featureNames, columns: columns.map((column) => [...column]), labels: [...labels], sizes }
}

describe('a file of rows for trees', () => {
  it('has tabs or commas, the label first, and cells that may be missing', async () => {
    const expected = {
      rowCount: 2,
      featureNames: ['Column_0', 'Column_1'],
      columns: [
        [1.5, Number.NaN],
        [Number.NaN, -2],
      ],
      labels: [1, 0],
      sizes: undefined,
    }
    assert.deepEqual(await read('a.tsv', '1\t1.5\tnan\n\n0\t\t-2'), expected)
    assert.deepEqual(await read('a.csv', '1,1.5,\r\n0,NA,-2\r\n'), expected)
    assert.deepEqual(await read('packed-whatever-its-name.csv.gz', '1,1.5,null\n0,,-2\n'), expected)
  })

  it('has names in its first line where a cell there is no number, and a label in any column', async () => {
    const text = 'age,label,size\n30,1,2\n40,0,3\n'
    const expected = {
      rowCount: 2,
      featureNames: ['age', 'size'],
      columns: [
        [30, 40],
        [2, 3],
      ],
      labels: [1, 0],
      sizes: undefined,
    }
    assert.deepEqual(await read('named.csv', text, { label: 'label' }), expected)
    assert.deepEqual(await read('named.csv', text, { label: 1 }), expected)
    assert.deepEqual((await read('years.csv', '0,2001\n1,5\n', { header: true })).featureNames, ['2001'])
  })

  it('is LibSVM with queries and comments, features that are not named being 0', async () => {
    const text = '2 qid:7 1:0.5 3:-1 # the best\n0 qid:7 3:2e0\n1 qid:9 0:4\n'
    const expected = {
      rowCount: 3,
      featureNames: ['Column_0', 'Column_1', 'Column_2', 'Column_3'],
      columns: [
        [0, 0, 4],
        [0.5, 0, 0],
        [0, 0, 0],
        [-1, 2, 0],
      ],
      labels: [2, 0, 1],
      sizes: [2, 1],
    }
    assert.deepEqual(await read('a.svm', text), expected)
    const other = await read('b.svm', '1 0:1 9:5\n0 1:3\n', { featureCount: 4 })
    assert.deepEqual(other.columns, [
      [1, 0],
      [0, 3],
      [0, 0],
      [0, 0],
    ])
  })

  it('is the same whole and in many blocks, on one thread and on two', async () => {
    const random = randomFrom(1, 'blocks')
    const lines = Array.from({ length: 60_000 }, (_, row) =>
      [row % 2, ...Array.from({ length: 20 }, () => (random.normal() * 100).toFixed(random.integer(7)))].join('\t'),
    )
    const file = written('large.tsv', lines.join('\n'))
    const tables = [
      await readTreeFile(file, { threads: 1 }),
      await readTreeFile(file, { threads: 2 }),
      await readTreeFile(written('large.tsv.gz', lines.join('\n'))),
    ]
    for (const { rowCount, columns, labels } of tables) {
      assert.equal(rowCount, lines.length)
      for (const row of [0, 1, 30_000, 59_999]) {
        const cells = [labels, ...columns].map((column) => column[row])
        assert.deepEqual(cells, lines[row]?.split('\t').map(Number))
      }
      assert.deepEqual(columns, tables[0]?.columns)
    }
  })

  it('in many blocks is refused with the line of the file', async () => {
    const lines = Array.from({ length: 1_000_000 }, (_, row) => `${row % 2}\t1.5`)
    lines[900_000] = '1\tred'
    await assert.rejects(readTreeFile(written('late.tsv', lines.join('\n'))), (error) => {
      assert.ok(isSluiceError(error, 'MALFORMED_ROW'))
      assert.match(error.message, /late\.tsv line 900001: expected a number in column 2, got "red"/)
      return true
    })
  })

  const refused: Readonly<Record<string, readonly [text: string, ErrorCode, RegExp, TreeFileOptions?]>> = {
    'word.tsv': ['1\t2\n0\tred\n', 'MALFORMED_ROW', /word\.tsv line 2: expected a number in column 2, got "red"/],
    'short.csv': ['1,2,3\n0,1\n', 'MALFORMED_ROW', /line 2: expected 3 cells, got 2/],
    'long.csv': ['1,2,3\n\n0,1,2,3\n', 'MALFORMED_ROW', /line 3: expected 3 cells, got 4/],
    'one.txt': ['1\n2\n', 'MALFORMED_ROW', /line 1: expected cells with tabs or commas between, or LibSVM, got "1"/],
    'empty.tsv': ['', 'NO_TRAINING_DATA', /expected rows, got none/],
    'head.csv': ['label,a\n', 'NO_TRAINING_DATA', /expected rows, got none/],
    'unlabelled.csv': ['1,2\n,3\n', 'MALFORMED_ROW', /row 2: expected a label/],
    'torn.svm': ['1 0:1\n0 1:\n', 'MALFORMED_ROW', /torn\.svm line 2: expected index:value, got "1:"/],
    'word.svm': ['1 0:1\nyes 1:2\n', 'MALFORMED_ROW', /line 2: expected a label, got "yes"/],
    'half.svm': ['1 qid:1 0:1\n0 1:2\n', 'MALFORMED_ROW', /row 2: expected qid: in every row or in none/],
    'label.csv': [
      '1,2\n',
      'INVALID_ARGUMENT',
      /expected a number below 2, for there is no header, got 2/,
      { label: 2 },
    ],
    'name.csv': ['a,b\n1,2\n', 'INVALID_ARGUMENT', /expected the name of a column .* got c/, { label: 'c' }],
    'wide.csv': [
      '1,2,3\n',
      'SHAPE_MISMATCH',
      /expected 3 features, as in the training file, got 2/,
      { featureCount: 3 },
    ],
  }
  for (const [name, [text, code, message, options]] of Object.entries(refused)) {
    it(`is refused with what is wrong: ${name}`, async () => {
      await assert.rejects(readTreeFile(written(name, text), options), (error) => {
        assert.ok(isSluiceError(error, code), String(error))
        assert.match(error.message, message)
        return true
      })
    })
  }

  it('that is missing, a folder or damaged is refused', async () => {
    await assert.rejects(readTreeFile(join(folder, 'none')), (error) => isSluiceError(error, 'FILE_NOT_FOUND'))
    await assert.rejects(readTreeFile(folder), (error) => isSluiceError(error, 'FILE_UNREADABLE'))
    const torn = join(folder, 'torn.gz')
    writeFileSync(torn, gzipSync('1,2\n').subarray(0, 12))
    await assert.rejects(readTreeFile(torn), (error) => isSluiceError(error, 'FILE_UNREADABLE'))
  })

  const lambdarank = new URL('data/lightgbm-examples/lambdarank/', shared)
  const absent = existsSync(lambdarank) ? false : "LightGBM's example data (../shared/data) is not there"
  it("is read as LightGBM's own example has it", { skip: absent }, async () => {
    const { pathname } = new URL('rank.train.gz', lambdarank)
    const { rowCount, columns } = await readTreeFile(pathname)
    assert.deepEqual([rowCount, columns.length, columns[11]?.[0]], [3005, 301, 0.75])
    const sizes = await readGroupSizes(new URL('rank.train.query.gz', lambdarank).pathname, rowCount)
    assert.deepEqual([sizes.length, sizes[0]], [201, 1])
  })
})

describe('a file of query sizes', () => {
  it('has a number a line, which add up to the rows', async () => {
    assert.deepEqual(await readGroupSizes(written('a.query', '2\n3\n'), 5), Int32Array.of(2, 3))
    await assert.rejects(readGroupSizes(written('b.query', '2\n3\n'), 6), (error) =>
      isSluiceError(error, 'SHAPE_MISMATCH'),
    )
    await assert.rejects(readGroupSizes(written('c.query', '2\n0\n'), 2), (error) =>
      isSluiceError(error, 'MALFORMED_ROW'),
    )
  })
})
