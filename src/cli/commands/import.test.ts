import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { temporaryFolder } from '../../testing/index.ts'
import { outcomeOf, runProgram, startProgram } from '../testing/run-program.ts'

const folder = temporaryFolder()
const at = Date.UTC(2026, 0, 1)
const long = 'x'.repeat(10_000)
const watched = { type: 'watch', at, user: 'u1', video: 'v1', seconds: 5 }

/** Inputs, with what becomes of each. */
const INPUTS: readonly (readonly [input: unknown, outcome: string])[] = [
  [{ id: 'e1', type: 'user', at, user: 'u1', country: 'de' }, 'accepted'],
  ['not json{', 'MALFORMED_JSON'],
  [{ ...watched, id: long }, 'ID_TOO_LONG'],
  [{ ...watched, id: 'e2', at: at / 1_000 }, 'TIMESTAMP_IN_SECONDS'],
  [{ ...watched, id: 'e3', at: at + 1e12 }, 'TIMESTAMP_IN_FUTURE'],
  [{ id: 'e4', type: 'usr', at, user: 'u1' }, 'UNKNOWN_EVENT_TYPE'],
  [{ id: 'e5', type: 'hide', at, user: 'u1' }, 'MISSING_FIELD'],
  [{ ...watched, id: 'e6', seconds: '5' }, 'WRONG_TYPE'],
  [{ ...watched, id: 'e7', seconds: -1 }, 'OUT_OF_RANGE'],
  [{ ...watched, id: 'e8', minutes: 1 }, 'UNKNOWN_FIELD'],
  [{ id: 'e1', type: 'user', at, user: 'u1', country: 'de' }, 'repeated'],
  [{ ...watched, id: 'e9', user: 'nobody', video: 'nothing' }, 'accepted'],
]

function write(name: string, inputs: readonly unknown[]): string {
  const lines = inputs.map((input) => (typeof input === 'string' ? input : JSON.stringify(input)))
  writeFileSync(join(folder, name), `${lines.join('\n')}\n`)
  return name
}

async function importJson(dir: string, ...args: readonly string[]) {
  const { code, out, err } = await runProgram(folder, 'import', '--dir', dir, '--json', ...args)
  return { code, err, result: JSON.parse(out) as Record<string, number | object> }
}

describe('sluice import', { concurrency: 2 }, () => {
  it('keeps what does not fit with its code, takes the rest, and is done', async () => {
    const file = write(
      'mixed.ndjson',
      INPUTS.map(([input]) => input),
    )
    const { code, err, result } = await importJson('mixed', file)
    const refused = INPUTS.map(([, outcome]) => outcome).filter((outcome) => /^[A-Z]/.test(outcome))
    assert.deepEqual([code, err], [0, ''])
    assert.deepEqual([result.accepted, result.duplicates, result.rejected, result.offset], [2, 1, refused.length, 2])
    const { out } = await runProgram(folder, 'doctor', '--dir', 'mixed', '--json')
    const { contents } = JSON.parse(out) as { contents: { quarantine: Record<string, number> } }
    assert.deepEqual(contents.quarantine, Object.fromEntries(refused.map((reason) => [reason, 1])))
  })

  it('fails when not one line fits, and keeps the lines all the same', async () => {
    const { code, err, result } = await importJson('unfit', write('unfit.ndjson', ['{', '[]']))
    assert.equal(code, 1)
    assert.match(err, /not one that fits; sluice doctor shows why/)
    assert.deepEqual([result.accepted, result.rejected], [0, 2])
  })

  it('takes an empty file, and a file that it had before, for done', async () => {
    const { code, result } = await importJson('twice', write('empty.ndjson', []), write('one.ndjson', [INPUTS[0]?.[0]]))
    assert.deepEqual([code, result.accepted], [0, 1])
    const again = await runProgram(folder, 'import', '--dir', 'twice', 'one.ndjson')
    assert.equal(again.code, 0)
    assert.match(again.out, /^one\.ndjson +0 +0 +0 +0 +1$/m)
  })

  it('takes the whole lines of a gzip file that is cut, and goes on when it is whole', async () => {
    const events = Array.from({ length: 20_000 }, (_, index) => ({ ...watched, id: `w${index}`, seconds: index % 97 }))
    const bytes = gzipSync(`${events.map((event) => JSON.stringify(event)).join('\n')}\n`)
    writeFileSync(join(folder, 'cut.ndjson.gz'), bytes.subarray(0, bytes.length / 2))
    const { code, err, result } = await importJson('cut', 'cut.ndjson.gz')
    assert.equal(code, 1)
    assert.match(err, /FILE_UNREADABLE: .*expected a whole gzip file/)
    assert.equal((result.error as { code: string }).code, 'FILE_UNREADABLE')
    writeFileSync(join(folder, 'whole.ndjson.gz'), bytes)
    const whole = await importJson('cut', 'whole.ndjson.gz')
    assert.equal(whole.code, 0)
    assert.equal(whole.result.offset, events.length)
    assert.ok(Number(whole.result.duplicates) > 0)
  })

  it('refuses a folder, a directory of other things and a mapping that is no JSON', async () => {
    mkdirSync(join(folder, 'others'))
    writeFileSync(join(folder, 'others', 'thesis.txt'), 'mine')
    const file = write('fine.ndjson', [INPUTS[0]?.[0]])
    const refuse = async (code: number, message: RegExp, ...args: readonly string[]) => {
      const outcome = await runProgram(folder, 'import', ...args)
      assert.deepEqual([outcome.code, outcome.out], [code, ''])
      assert.match(outcome.err, message)
    }
    await refuse(1, /FILE_UNREADABLE: others: expected a file, got a folder/, 'others', '--dir', 'made')
    await refuse(1, /DIRECTORY_FOREIGN: others: .*\(thesis\.txt\); choose another/, file, '--dir', 'others')
    await refuse(2, /INVALID_ARGUMENT: torn\.json: expected JSON/, file, '--mapping', write('torn.json', ['{']))
    await refuse(2, /INVALID_ARGUMENT: mapping: 6 faults:\n {2}- user: /, file, '--mapping', file)
    await refuse(
      2,
      /INVALID_ARGUMENT: format: expected ndjson or one of movielens-100k.*, fraud-handbook, got csv/,
      file,
      '--format',
      'csv',
    )
    assert.deepEqual(readdirSync(join(folder, 'others')), ['thesis.txt'])
  })

  it("reads the fraud handbook's files as payments, and reports of the frauds a week later", async () => {
    const rows = Array.from({ length: 40 }, (_, row) => {
      const isFraud = row % 10 === 9
      return `${row},${row * 86_400},${row % 3},${row % 7},${(row + 0.5).toFixed(2)},${isFraud ? '1,2' : '0,0'}`
    })
    const header = 'TRANSACTION_ID,TX_TIME_SECONDS,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD,TX_FRAUD_SCENARIO'
    const file = write('transactions-2018-04.csv', [header, ...rows, '40,no time,1,2,3.00,0,0'])
    const how = ['--app', 'fraud', '--format', 'fraud-handbook']
    const { code, err, result } = await importJson('handbook', file, ...how)
    assert.deepEqual([code, err], [0, ''])
    assert.deepEqual([result.accepted, result.duplicates, result.rejected, result.offset], [44, 0, 1, 44])
    assert.deepEqual(result.files, [{ file, lines: 41, accepted: 44, duplicates: 0, rejected: 1, linesBefore: 0 }])
    const again = await importJson('handbook', file, ...how)
    assert.deepEqual([again.code, again.result.accepted, again.result.duplicates, again.result.offset], [0, 0, 44, 44])
    const { out } = await runProgram(folder, 'doctor', '--app', 'fraud', '--dir', 'handbook', '--json')
    assert.equal((JSON.parse(out) as { contents: { records: number } }).contents.records, 44)
    const { out: told } = await runProgram(folder, 'export', 'card:0', '--app', 'fraud', '--dir', 'handbook')
    const [paid, reported] = ['p9', 'r9'].map((id) => told.match(new RegExp(`^.*"id":"${id}",.*$`, 'm'))?.[0] ?? '')
    assert.match(paid ?? '', /"type":"payment".*"amount":9\.5/)
    assert.match(reported ?? '', /"type":"report".*"payment":"p9".*"fraud":true/)
  })

  it('stops at Ctrl-C with code 130, and goes on from there', async () => {
    const lines = 150_000
    const file = write(
      'large.ndjson',
      Array.from({ length: lines }, (_, index) => ({ ...watched, id: `w${index}`, video: `v${index % 100}` })),
    )
    mkdirSync(join(folder, 'large'))
    const child = startProgram(folder, 'import', file, '--dir', 'large')
    // The lock is taken just before the first line is read.
    const watcher = watch(join(folder, 'large'), (_, name) => {
      if (name !== 'writer.lock') return
      watcher.close()
      child.kill('SIGINT')
    })
    const { code, err, out } = await outcomeOf(child)
    watcher.close()
    assert.deepEqual([code, out], [130, ''])
    assert.match(err, /^sluice: import: stopped by SIGINT; .* the same command goes on from there\n$/)
    const { code: after, result } = await importJson('large', file)
    assert.deepEqual([after, result.offset, result.duplicates], [0, lines, 0])
    const [imported] = result.files as { lines: number; linesBefore: number }[]
    assert.equal((imported?.lines ?? 0) + (imported?.linesBefore ?? 0), lines)
    assert.ok((imported?.lines ?? 0) > 0)
  })
})
