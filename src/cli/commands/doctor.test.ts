import assert from 'node:assert/strict'
import { cpSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { smallVideoEvents, temporaryFolder } from '../../testing/index.ts'
import { runProgram } from '../testing/run-program.ts'

const folder = temporaryFolder()
const events = smallVideoEvents({ users: 20, videos: 60, hours: 30, seed: 1 })

before(async () => {
  writeFileSync(join(folder, 'events.ndjson'), events.map((event) => `${JSON.stringify(event)}\n`).join(''))
  for (const args of [
    ['import', 'events.ndjson'],
    ['train', '--force'],
  ]) {
    const { code, err } = await runProgram(folder, ...args, '--dir', 'whole')
    assert.equal(code, 0, err)
  }
})

/** What the doctor says of a copy of the directory that something has happened to. */
async function examine(name: string, damage: (path: string) => void) {
  const path = join(folder, name)
  cpSync(join(folder, 'whole'), path, { recursive: true })
  damage(path)
  const { code, out, err } = await runProgram(folder, 'doctor', '--dir', name, '--json')
  type Diagnosis = { problems: string[]; contents?: { records: number; head: number; models: string[] } }
  return { code, err, ...(JSON.parse(out) as Diagnosis) }
}

interface Damage {
  readonly damage: (path: string) => void
  readonly problem: RegExp
  /** Whether the directory opens all the same. */
  readonly opens: boolean
}

const model = (path: string, ...names: readonly string[]) => join(path, 'models', 'home', ...names)
const store = (path: string) => join(path, 'log', 'data.mdb')

/** Turns eight bytes in a file. */
function scratch(file: string, place: number): void {
  const bytes = readFileSync(file)
  for (let index = place; index < place + 8; index++) bytes[index]! ^= 0xff
  writeFileSync(file, bytes)
}

const DAMAGES: Readonly<Record<string, Damage>> = {
  'a model file that was cut': {
    damage: (path) => truncateSync(model(path, 'v1', 'ranker.bin'), 100),
    problem: /^MODEL_CORRUPT: .*ranker\.bin: .*got other bytes; train again$/,
    opens: true,
  },
  'a model file that is gone': {
    damage: (path) => rmSync(model(path, 'v1', 'ranker.bin')),
    problem: /^MODEL_CORRUPT: .*ranker\.bin: .*got no file; train again$/,
    opens: true,
  },
  'a manifest that is gone': {
    damage: (path) => rmSync(model(path, 'v1', 'manifest.json')),
    problem: /^MODEL_CORRUPT: .*(manifest|champion)\.json: .*; restore/,
    opens: true,
  },
  'a champion that is half written': {
    damage: (path) => writeFileSync(model(path, 'champion.json'), '{"ver'),
    problem: /^MODEL_CORRUPT: .*champion\.json: .*; restore the file/,
    opens: true,
  },
  'a champion that was never registered': {
    damage: (path) => writeFileSync(model(path, 'champion.json'), '{"version":"v7"}'),
    problem: /^MODEL_CORRUPT: .*champion\.json: expected a version that is registered, got v7; restore/,
    opens: true,
  },
  'marks of erasures that are garbage': {
    damage: (path) => writeFileSync(model(path, 'v1', 'erasures.json'), '{'),
    problem: /^MODEL_CORRUPT: .*erasures\.json: expected what the registry wrote, got something else; restore the file/,
    opens: true,
  },
  'turned bytes in the log': {
    damage: (path) => scratch(store(path), Math.floor(statSync(store(path)).size / 3)),
    problem: /^DIRECTORY_CORRUPT: .*; restore the directory from a copy, or import into a new one$/,
    opens: true,
  },
  'a store that is another file': {
    damage: (path) => writeFileSync(store(path), 'x'.repeat(5_000)),
    problem: /^DIRECTORY_CORRUPT: .*data\.mdb: .*got other bytes at its head; restore/,
    opens: false,
  },
  'a store that is gone': {
    damage: (path) => rmSync(join(path, 'log'), { recursive: true }),
    problem: /^DIRECTORY_CORRUPT: .*data\.mdb: .*got no such file; restore/,
    opens: false,
  },
  'a manifest of the directory that is no JSON': {
    damage: (path) => writeFileSync(join(path, 'sluice.json'), 'x'),
    problem: /^DIRECTORY_CORRUPT: .*sluice\.json that cannot be read .*; restore it from a copy/,
    opens: false,
  },
  'nothing at all': {
    damage: (path) => rmSync(path, { recursive: true }),
    problem: /^DIRECTORY_MISSING: .*; import events into it first, or correct the path$/,
    opens: false,
  },
}

describe('sluice doctor', { concurrency: 2 }, () => {
  it('finds a whole directory well', async () => {
    const { code, err, problems, contents } = await examine('well', () => undefined)
    assert.deepEqual([code, err, problems], [0, '', []])
    assert.equal(contents?.records, events.length)
    assert.deepEqual(contents?.models, [`home v1 (champion), up to offset ${events.length}`])
  })

  for (const [what, { damage, problem, opens }] of Object.entries(DAMAGES)) {
    it(`fails at ${what}, and says what to do`, async () => {
      const { code, err, problems, contents } = await examine(what.replaceAll(' ', '-'), damage)
      assert.equal(code, 1)
      assert.equal(problems.length, 1)
      assert.match(problems[0] ?? '', problem)
      assert.match(err, /^sluice: 1 problem found$/m)
      assert.equal(contents !== undefined, opens)
    })
  }

  it('says in words what it says in JSON', async () => {
    const { code, out } = await runProgram(folder, 'doctor', '--dir', 'whole')
    assert.equal(code, 0)
    assert.match(out, /^whole: \d+ records, head \d+\nrecords by type: user 20, video 60, /)
    assert.match(out, /\nquarantine: none\nhome v1 \(champion\), up to offset \d+\nall is well\n$/)
  })
})
