import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { temporaryFolder } from '../../testing/index.ts'
import { runLines } from '../testing/run-program.ts'

interface Imported {
  readonly system: string
  readonly files: readonly {
    readonly file: string
    readonly added: number
    readonly unchanged: number
    readonly rejected: readonly { readonly line: number; readonly code: string }[]
  }[]
}

describe('sluice lists import', () => {
  it('puts the entries of files on lists once, and tells which lines it could not take', async () => {
    const folder = temporaryFolder()
    const rows = ['key,reason,expiresAt', 'c1,stolen,2099-12-31', 'c2,stolen,', 'c3,stolen,never', 'c4']
    writeFileSync(join(folder, 'stolen.csv'), rows.join('\n'))
    const line = { list: 'allow', entity: 'terminal', key: 't1', reason: 'our own' }
    writeFileSync(join(folder, 'own.ndjson.gz'), gzipSync(`${JSON.stringify(line)}\n`))
    writeFileSync(join(folder, 'none.csv'), 'key,reason\nc1,\n')
    const importing = ['lists', 'import', '--app', 'fraud', '--by', 'ann', '--list', 'block', '--entity', 'card']
    const both = [...importing, 'stolen.csv', 'own.ndjson.gz', '--json']
    const [first, again, told, none, wrong, ranking] = await runLines(folder, [
      both,
      both,
      [...importing, 'stolen.csv'],
      [...importing, 'none.csv'],
      [...importing, 'missing.csv'],
      [...importing, 'stolen.csv', '--app', 'video'],
    ])
    const counts = (text = '') =>
      (JSON.parse(text) as Imported).files.map(({ added, unchanged, rejected }) => [
        added,
        unchanged,
        rejected.map(({ line, code }) => [line, code]),
      ])
    const refused = [
      [4, 'INVALID_ARGUMENT'],
      [5, 'MALFORMED_ROW'],
    ]
    assert.equal(first?.code, 0, first?.err)
    assert.deepEqual(counts(first?.out), [
      [2, 0, refused],
      [1, 0, []],
    ])
    assert.deepEqual(counts(again?.out), [
      [0, 2, refused],
      [0, 1, []],
    ])
    assert.match(told?.out ?? '', /stolen\.csv:4: INVALID_ARGUMENT: list entry, expiresAt: expected .*"never"/)
    assert.deepEqual([none?.code, wrong?.code, ranking?.code], [1, 2, 2])
  })
})
