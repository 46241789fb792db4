import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { smallVideoEvents, temporaryFolder } from '../../testing/index.ts'
import { runProgram } from '../testing/run-program.ts'

const folder = temporaryFolder()
const PERSON = 'person-7f3a91'
const events = smallVideoEvents({ users: 20, videos: 60, hours: 30, seed: 1 }).map((event) =>
  event.user === 'u3' ? { ...event, user: PERSON } : event,
)
const own = events.filter(({ user }) => user === PERSON)
const data = join(folder, '.sluice')

const sluice = (...args: readonly string[]) => runProgram(folder, ...args)

/** Runs a command that has to succeed, and reads the one document that it prints. */
async function result<Shape>(...args: readonly string[]): Promise<Shape> {
  const { code, out, err } = await sluice(...args, '--json')
  assert.equal(code, 0, err)
  return JSON.parse(out) as Shape
}

interface Receipt {
  readonly receipt: string
  readonly records: Readonly<Record<string, number>>
  readonly quarantine: number
  readonly models: readonly { version: string; records: number }[]
  readonly scan: { readonly occurrences: number }
}

before(async () => {
  const bad = { id: 'bad', type: 'watch', at: 1, user: PERSON, video: 'v1', seconds: 1 }
  const lines = [...events, bad].map((event) => `${JSON.stringify(event)}\n`)
  writeFileSync(join(folder, 'events.ndjson'), lines.join(''))
  for (const args of [
    ['import', 'events.ndjson'],
    ['train', '--force'],
  ]) {
    const { code, err } = await sluice(...args)
    assert.equal(code, 0, err)
  }
})

// One story, told in order.
describe('what is held about a person', () => {
  it('is exported line by line, to standard output, to a file or as one document', async () => {
    const { code, out } = await sluice('export', `user:${PERSON}`)
    assert.equal(code, 0)
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; record?: { id: string }; lines?: number; at?: number })
    assert.deepEqual(
      lines.flatMap(({ record }) => record?.id ?? []),
      own.map(({ id }) => id),
    )
    const kinds = new Set(lines.map(({ kind }) => kind))
    assert.deepEqual([...kinds], ['export', 'attributes', 'record', 'quarantined', 'state', 'model', 'end'])
    const document = await result<{ entity: string; lines: unknown[] }>('export', `user:${PERSON}`)
    assert.deepEqual([document.entity, document.lines.slice(1)], ['user', lines.slice(1)])
    const written = await result<{ lines: number }>('export', `user:${PERSON}`, '--out', 'person.ndjson')
    assert.equal(written.lines, lines.length)
    const rest = (text: string) => text.split('\n').slice(1)
    assert.deepEqual(rest(readFileSync(join(folder, 'person.ndjson'), 'utf8')), rest(out))
  })

  it('is erased, and the receipt tells what went without a name', async () => {
    const receipt = await result<Receipt>('erase', `user:${PERSON}`)
    const total = Object.values(receipt.records).reduce((sum, count) => sum + count, 0)
    assert.deepEqual([total, receipt.quarantine, receipt.scan.occurrences], [own.length, 1, 0])
    assert.deepEqual(
      receipt.models.map(({ version, records }) => [version, records]),
      [['v1', own.length]],
    )
    assert.ok(!readFileSync(join(data, 'receipts.ndjson'), 'utf8').includes(PERSON))
    assert.ok(!existsSync(join(data, 'state.snapshot')))
    const again = await sluice('erase', `user:${PERSON}`, '--yes')
    assert.equal(again.code, 0)
    assert.match(again.out, /^receipt e-\S+ of .*\n0 records erased, 0 quarantined inputs\n\d+ files, \d+ bytes/)
    const { out } = await sluice('export', `user:${PERSON}`)
    assert.deepEqual(
      out
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { kind: string }).kind),
      ['export', 'attributes', 'state', 'end'],
    )
  })

  it('is told by the doctor and by the next training, until a new model serves', async () => {
    const doctor = await sluice('doctor')
    assert.equal(doctor.code, 0, doctor.out)
    assert.match(doctor.out, /v1 \(champion\), .*, learnt from \d+ records that are erased; sluice train makes one/)
    assert.match(doctor.out, /\nerasures: 2, the last on \d{4}-\d\d-\d\d\nerasure on \S+: decisions up to offset \d+/)
    const trained = await result<{ home: { version: string; erased: string[] } }>('train', '--force')
    assert.equal(trained.home.version, 'v2')
    assert.match(trained.home.erased.join(), /^v1 learnt from \d+ records that are erased$/)
    appendFileSync(join(data, 'receipts.ndjson'), '{"rec\n')
    const broken = await sluice('doctor')
    assert.equal(broken.code, 1)
    assert.match(broken.out, /PROBLEM receipts\.ndjson line 3: expected a receipt, got other text; restore/)
  })

  it('grows old: what is past its age is dropped, never sooner than a feature looks back', async () => {
    const short = await sluice('compact', '--retention', 'impression=1h')
    assert.equal(short.code, 2)
    assert.match(
      short.err,
      /INVALID_ARGUMENT: retention: .*impression: expected at least \d+d, got 1h; keep them longer/,
    )
    const { code, out, err } = await sluice('compact', '--retention', 'hide=30d,$quarantine=1d,$decision=30d')
    assert.equal(code, 0, err)
    assert.match(out, /^0 records dropped, 0 quarantined inputs\n\d+ batches are \d+, \d+ bytes are \d+$/m)
    const none = await sluice('compact', '--retention', 'user=90d')
    assert.equal(none.code, 2)
    assert.match(none.err, /the entity user, whose attributes have no age/)
  })
})
