import assert from 'node:assert/strict'
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { temporaryFolder } from '../../testing/index.ts'
import { runProgram } from '../testing/run-program.ts'

const folder = temporaryFolder()
const at = Date.UTC(2026, 0, 1)
const lines = Array.from({ length: 25 }, (_, index) =>
  JSON.stringify({ id: `e${index}`, type: 'watch', at: at + index, user: 'u1', video: 'v1', seconds: 5 }),
)
writeFileSync(join(folder, 'events.ndjson'), `${lines.join('\n')}\n`)

describe('sluice seal', () => {
  it('seals whole segments, says so, does it once, and drops what is old', async () => {
    const seal = (...args: readonly string[]) => runProgram(folder, 'seal', ...args)
    assert.equal((await runProgram(folder, 'import', 'events.ndjson')).code, 0)
    const first = await seal('--segment', '10', '--json')
    assert.equal(first.code, 0, first.err)
    const { rows, sealedTo, head, written } = JSON.parse(first.out)
    assert.deepEqual([rows, sealedTo, head, written.length], [20, 20, 25, 2])
    assert.ok(existsSync(join(folder, '.sluice/sealed/watch/1-10.parquet')))

    assert.match((await seal()).out, /^0 rows sealed .* holds offsets up to 20 of 25/)
    assert.match((await seal('--all', '--types', 'watch')).out, /^type +files +rows +bytes\n.*\nwatch +1 +5 /)

    const drop = ['--drop-before', '2026-01-01T00:00:00.003Z']
    assert.match((await seal(...drop)).out, /^3 rows dropped; .*: 1\n$/)
    assert.deepEqual((({ files, rows }) => [files, rows])(JSON.parse((await seal(...drop, '--json')).out)), [0, 0])
  })

  it('makes files that erase reaches and doctor checks', async () => {
    const elsewhere = ['--dir', 'erased']
    const key = 'user-to-be-erased'
    const watch = { id: 'e1', type: 'watch', at, user: key, video: 'v1', seconds: 5 }
    writeFileSync(join(folder, 'two.ndjson'), `${JSON.stringify(watch)}\n${lines[0]}\n`)
    const run = async (...args: readonly string[]) => {
      const { code, out, err } = await runProgram(folder, ...args, ...elsewhere, '--json')
      return { code, err, result: JSON.parse(out) }
    }
    await run('import', 'two.ndjson')
    await run('seal', '--all')
    const file = join(folder, 'erased/sealed/watch/1-2.parquet')
    assert.ok(readFileSync(file).includes(key))

    const { result } = await run('erase', `user:${key}`, '--yes')
    assert.deepEqual([result.sealed, result.scan.occurrences], [{ files: 1, rows: 1 }, 0])
    const { files, rows } = (await run('doctor')).result.contents.sealed
    assert.deepEqual([files, rows], [1, 1])
    truncateSync(file)
    const { code, result: diagnosis } = await run('doctor')
    assert.deepEqual([code, diagnosis.problems.length], [1, 1])
  })

  it('refuses what is no moment, no type and no list of names', async () => {
    for (const wrong of [
      '--before yesterday',
      '--drop-before 2026',
      '--types watch,,hide',
      '--types wach',
      '--segment 0',
    ]) {
      const { code, err } = await runProgram(folder, 'seal', ...wrong.split(' '))
      assert.equal(code, 2, `${wrong}: ${err}`)
    }
  })
})
