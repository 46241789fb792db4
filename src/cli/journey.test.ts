import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, describe, it } from 'node:test'
import { temporaryFolder } from '../testing/index.ts'
import { outcomeOf, runProgram, startProgram } from './testing/run-program.ts'

const folder = temporaryFolder()
const home = join(folder, 'mine')
/** Runs a command in the new application's folder. */
const sluice = (...args: readonly string[]) => runProgram(home, ...args, '--app', 'application.ts')

/** Runs a command that has to succeed, and reads the one document that it prints. */
async function result<Shape>(...args: readonly string[]): Promise<Shape> {
  const { code, out, err } = await sluice(...args, '--json')
  assert.equal(code, 0, err)
  return JSON.parse(out) as Shape
}

async function ask(path: string, body?: unknown) {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(`${server.address}${path}`, body === undefined ? {} : init)
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> }
}

let server: { child: ChildProcess; address: string }
let decision = ''

after(() => server?.child.kill('SIGKILL'))

// One story, told in order.
describe('from nothing to an explained page', () => {
  it('init makes an application, and will not write into a folder that has one', async () => {
    const { code, out } = await runProgram(folder, 'init', 'mine', '--system', 'video', '--json')
    assert.equal(code, 0)
    const { files } = JSON.parse(out) as { files: string[] }
    assert.ok(files.includes('application.ts') && files.every((file) => existsSync(join(home, file))))
    const again = await runProgram(folder, 'init', 'mine')
    assert.deepEqual([again.code, again.out], [2, ''])
    assert.match(again.err, /expected an empty folder or none, got mine with/)
    assert.match((await runProgram(home, 'init', 'schema.ts')).err, /got schema\.ts, which is a file/)
  })

  it('nothing works before there are events, and each command says so', async () => {
    for (const command of ['train', 'evaluate', 'predict', 'replay', 'doctor']) {
      const { code, out, err } = await sluice(command)
      assert.equal(code, 1)
      assert.match(out + err, /DIRECTORY_MISSING: .*import events into it first/)
      assert.ok(!existsSync(join(home, '.sluice')))
    }
  })

  it('import takes the sample', async () => {
    const imported = await result<Record<string, number>>('import', 'events.ndjson.gz')
    assert.ok(Number(imported.accepted) > 30_000)
    assert.deepEqual([imported.rejected, imported.duplicates, imported.offset], [0, 0, imported.accepted])
  })

  it('evaluate asks for a model first', async () => {
    const { code, err } = await sluice('evaluate')
    assert.equal(code, 1)
    assert.match(err, /NO_MODEL: evaluate: expected a champion of home, got none; run sluice train first/)
  })

  it('train learns, judges and promotes', async () => {
    const { home: trained } = await result<{ home: { version: string; promoted: boolean } }>('train')
    assert.deepEqual([trained.version, trained.promoted], ['v1', true])
  })

  it('evaluate judges that version, and knows which there are', async () => {
    type Judged = { version: string; ranking: { model: { auc: { estimate: number } } } }
    const { version, ranking } = await result<Judged>('evaluate', '--version', 'v1')
    assert.equal(version, 'v1')
    assert.ok(ranking.model.auc.estimate > 0.55)
    const { code, err } = await sluice('evaluate', '--version', 'v9')
    assert.equal(code, 1)
    assert.match(err, /NO_MODEL: evaluate: expected v9 of home, got only v1;/)
  })

  it('predict writes a page for each who is named, as lines, a file or one document', async () => {
    writeFileSync(join(home, 'users.txt'), 'u1\r\nu2\n\nnobody\n')
    const some = ['predict', '--users', 'users.txt', '--limit', '3']
    const { code, out, err } = await sluice(...some)
    assert.deepEqual([code, err], [0, ''])
    const pages = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { subject: string; items: unknown[] })
    assert.deepEqual(
      pages.map(({ subject, items }) => [subject, items.length]),
      [
        ['u1', 3],
        ['u2', 3],
        ['nobody', 3],
      ],
    )
    assert.deepEqual(await result(...some), { system: 'home', pages })
    assert.deepEqual(await result(...some, '--out', 'p.ndjson'), { system: 'home', pages: 3, out: 'p.ndjson' })
    assert.equal(readFileSync(join(home, 'p.ndjson'), 'utf8'), out)
  })

  it('predict ends in peace when its reader has seen enough, and says when it cannot write', async () => {
    const child = startProgram(home, 'predict', '--app', 'application.ts')
    const complaints = text(child.stderr!)
    await once(child.stdout!, 'data')
    child.stdout!.destroy()
    assert.deepEqual([await once(child, 'close'), await complaints], [[0, null], ''])
    const { code, err } = await sluice('predict', '--out', 'no/such/folder')
    assert.equal(code, 1)
    assert.match(err, /^sluice: predict: expected to write no\/such\/folder, got ENOENT.*\n$/)
  })

  it('serve answers over HTTP, on a port that it names', async () => {
    const child = startProgram(home, 'serve', '--app', 'application.ts', '--port', '0', '--json')
    let said = ''
    for await (const chunk of child.stdout!.iterator({ destroyOnReturn: false })) {
      said += chunk
      if (said.endsWith('}\n')) break
    }
    const { address } = JSON.parse(said) as { address: string }
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+$/)
    server = { child, address }
    assert.equal((await fetch(`${address}/readyz`)).status, 200)
    const { status, answer } = await ask('/v1/systems/home/rank', { user: 'u1', limit: 5 })
    assert.equal(status, 200)
    assert.equal((answer.items as unknown[]).length, 5)
    decision = String(answer.decision)
  })

  it('a second writer is told who writes', async () => {
    for (const args of [['import', 'events.ndjson.gz'], ['serve', '--port', '0'], ['compact'], ['erase', 'user:u1']]) {
      const { code, out, err } = await sluice(...args)
      assert.deepEqual([code, out], [1, ''])
      assert.match(err, new RegExp(`DIRECTORY_LOCKED: .*process ${server.child.pid} on`))
    }
    const { err } = await sluice('erase', 'user:u 1')
    assert.match(
      err,
      /or, if that is sluice serve, let it erase: curl -X DELETE http:\/\/127\.0\.0\.1:8470\/v1\/subjects\/user\/u%201$/m,
    )
  })

  it('the server exports and erases a person, and a stranger is nobody to it', async () => {
    const held = await fetch(`${server.address}/v1/subjects/user/u7`)
    const kinds = (await held.text())
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { kind: string }).kind)
    assert.ok(kinds.length > 10 && kinds[0] === 'export' && kinds.at(-1) === 'end')
    const erased = await fetch(`${server.address}/v1/subjects/user/u7`, { method: 'DELETE' })
    const { records } = (await erased.json()) as { records: Record<string, number> }
    assert.deepEqual([erased.status, records.user], [200, 1])
    const { answer } = await ask('/v1/entities/user/u7')
    assert.equal((answer.error as { code: string }).code, 'NOT_FOUND')
    // One that is decided after the erasure, which can be made again.
    decision = String((await ask('/v1/systems/home/rank', { user: 'u1', limit: 5 })).answer.decision)
  })

  it('readers work beside the server, up to what it has logged', async () => {
    type Diagnosis = { problems: string[]; contents: { byType: Record<string, number> } }
    const { problems, contents } = await result<Diagnosis>('doctor')
    assert.deepEqual([problems, contents.byType.$decision], [[], 2])
  })

  it('a port in use, a host that is not ours and one without a key are refused', async () => {
    cpSync(join(home, '.sluice'), join(home, 'copy'), { recursive: true })
    rmSync(join(home, 'copy', 'writer.lock'))
    const serve = (...args: readonly string[]) => sluice('serve', '--dir', 'copy', ...args)
    const busy = await serve('--port', new URL(server.address).port)
    assert.deepEqual([busy.code, busy.out], [1, ''])
    assert.match(busy.err, /^sluice: serve: expected to listen on 127\.0\.0\.1 port \d+, got a port in use; .*\n$/)
    const open = await serve('--host', '0.0.0.0')
    assert.equal(open.code, 2)
    assert.match(open.err, /INVALID_ARGUMENT: host: expected a loopback address or an API key/)
    assert.ok(!existsSync(join(home, 'copy', 'writer.lock')))
  })

  it('SIGTERM ends the server cleanly', async () => {
    const outcome = outcomeOf(server.child)
    server.child.kill('SIGTERM')
    assert.deepEqual(await outcome, { code: 0, out: '', err: 'SIGTERM: finishing what is under way\n' })
    assert.ok(!existsSync(join(home, '.sluice', 'writer.lock')))
    assert.ok(existsSync(join(home, '.sluice', 'state.snapshot')))
  })

  it('replay makes the page again, the same to the byte', async () => {
    type Report = Record<'decisions' | 'different' | 'notComparable' | 'vectors' | 'bytes', number>
    const { decisions, different, notComparable, vectors, bytes } = await result<Report>('replay', '--verify')
    assert.deepEqual([decisions, different, notComparable], [2, 0, 1])
    assert.ok(vectors > 100 && bytes > vectors * 8)
    assert.deepEqual(await result<Report>('replay', '--decisions', '5'), await result<Report>('replay'))
  })

  it('explain gives reasons that sum to the score, and why something is not there', async () => {
    type Item = { score: number; baseline: number; contributions: { contribution: number }[] }
    type Reasons = { items: Item[]; reproduced: boolean; whyNot: object }
    const { items, reproduced, whyNot } = await result<Reasons>('explain', decision, '--why-not', 'v0')
    assert.deepEqual([items.length, reproduced], [5, true])
    for (const { score, baseline, contributions } of items) {
      const sum = contributions.reduce((total, { contribution }) => total + contribution, baseline)
      assert.ok(Math.abs(sum - score) < 1e-9, `${sum} is not ${score}`)
    }
    assert.deepEqual(Object.keys(whyNot).sort(), ['item', 'message', 'rule', 'stage'])
    const forPeople = await sluice('explain', decision, '--why-not', 'v0')
    assert.match(forPeople.out, /^v0: \w+, .+: .+$/m)
    const { code, err } = await sluice('explain', 'd-none')
    assert.equal(code, 1)
    assert.match(err, /UNKNOWN_DECISION/)
  })

  it('doctor finds all well', async () => {
    const { code, out } = await sluice('doctor')
    assert.equal(code, 0)
    assert.match(
      out,
      /home v1 \(champion\), up to offset \d+, learnt from \d+ records that are erased; .*\nerasures: 1, .*\n.*\nall is well\n$/,
    )
  })
})
