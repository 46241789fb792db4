import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { randomFrom } from '../foundation/index.ts'
import { category, defineSchema, ref, text } from '../problem/index.ts'
import { type DataDirectory, openDataDirectory } from './data-directory.ts'
import { type EventLog, openEventLog } from './event-log.ts'
import type { EventRecord } from './record.ts'
import { Store } from './store.ts'

const NOW = 1_800_000_000_000
const clock = () => NOW
const schema = defineSchema({
  entities: { user: { country: category(), mentor: ref('user') }, video: {} },
  events: { watch: { user: ref('user'), video: ref('video'), note: text().optional() } },
})
const PERSON = 'Zoë "the one" Ångström-4711'
const subject = { entity: 'user', id: PERSON }
const watch = (id: string, user: string, note = ''): EventRecord => ({
  id,
  type: 'watch',
  at: NOW,
  user,
  video: 'v',
  note,
})

/** A program for another process; `log` is open for writing in it. */
const program = (body: string) => `
  const { openDataDirectory } = await import(${JSON.stringify(new URL('./data-directory.ts', import.meta.url).href)})
  const { openEventLog } = await import(${JSON.stringify(new URL('./event-log.ts', import.meta.url).href)})
  const { category, defineSchema, ref, text } = await import(${JSON.stringify(new URL('../problem/index.ts', import.meta.url).href)})
  const { execFileSync } = await import('node:child_process')
  const { writeSync } = await import('node:fs')
  const clock = () => ${NOW}
  const schema = defineSchema({
    entities: { user: { country: category(), mentor: ref('user') }, video: {} },
    events: { watch: { user: ref('user'), video: ref('video'), note: text().optional() } },
  })
  const watch = (id, user, note = '') => ({ id, type: 'watch', at: ${NOW}, user, video: 'v', note })
  const directory = openDataDirectory(process.argv[1], { mode: 'write', clock })
  const log = openEventLog(directory, { schema, clock })
  const say = (line) => writeSync(1, line + '\\n')
  ${body}
`
const inChild = (path: string, body: string): ChildProcess =>
  spawn(process.execPath, ['--input-type=module', '-e', program(body), path], { stdio: ['pipe', 'pipe', 'inherit'] })

/** Kills a child when it has printed so many dots; says whether it had printed `erased` before. */
async function killAfterDots(child: ChildProcess, dots: number): Promise<boolean> {
  assert.ok(child.stdout)
  const ended = once(child, 'exit')
  let left = dots
  let isErased = false
  try {
    for await (const line of createInterface(child.stdout)) {
      if (line === 'erased') isErased = true
      if (line === '.' && left-- === 0) child.kill('SIGKILL')
    }
  } finally {
    child.kill('SIGKILL')
  }
  await ended
  return isErased
}

/** Kills the process that runs it before or after a step that chance would hardly hit. */
const dieAt = (moment: string) => `
  const [when, step] = ${JSON.stringify(moment.split(' '))}
  const { default: fs } = await import('node:fs')
  const { syncBuiltinESMExports } = await import('node:module')
  const owner = step === 'rm' ? fs.promises : fs
  const original = owner[step]
  const die = () => { process.kill(process.pid, 'SIGKILL'); for (;;) continue }
  owner[step] = async (...call) => {
    if (when === 'before') die()
    await original(...call)
    die()
  }
  syncBuiltinESMExports()
`

describe('the erasure of a person', () => {
  let path: string
  let directory: DataDirectory
  let log: EventLog

  const open = () => {
    directory = openDataDirectory(path, { mode: 'write', clock })
    log = openEventLog(directory, { schema, clock })
  }
  const close = async () => {
    await log.close()
    await directory.close()
  }
  const everything = (of = log) =>
    [...of.read()].flatMap(({ firstOffset, records }) =>
      records.map((record, index): [number, EventRecord] => [firstOffset + index, record]),
    )
  /** Files in which a text stands, in UTF-8 or as JSON writes it. */
  const filesWith = (words: string) =>
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .filter(({ parentPath, name }) => {
        const bytes = readFileSync(join(parentPath, name))
        return [words, JSON.stringify(words).slice(1, -1)].some((form) => bytes.includes(form))
      })
      .map(({ name }) => name)

  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'sluice-erase-'))
    open()
  })
  afterEach(async () => {
    await close()
    rmSync(path, { recursive: true })
  })

  it('leaves no byte of them in any file, and everybody else where they were', async () => {
    await log.append(
      Array.from({ length: 700 }, (_, n) => watch(`e${n}`, n % 9 === 4 ? PERSON : `u${n % 9}`, 'x'.repeat(n % 50))),
    )
    await log.append([{ id: 'p', type: 'user', at: NOW, user: PERSON, country: 'SE' }])
    await log.append([{ id: 'm', type: 'user', at: NOW, user: 'u1', mentor: PERSON }])
    const refused = [
      { code: 'MALFORMED_JSON', message: 'not JSON', original: `{"user":${JSON.stringify(PERSON)},` },
      { code: 'MALFORMED_ROW', message: 'too short', original: `17;${PERSON};3` },
      { code: 'MALFORMED_ROW', message: 'too long', original: '17;somebody else;3' },
    ] as const
    await log.append([{ ...watch('w', PERSON), extra: 1 }], { refused })
    const decision = (id: string, to: string) => ({ id, type: '$decision', at: NOW, request: { subject: to } })
    await log.appendInternal([decision('d1', PERSON), decision('d2', 'u1')], ({ request }) => [
      { entity: 'user', id: (request as { subject: string }).subject },
    ])
    await log.appendInternal([decision('d3', PERSON)])
    const before = everything()
    const isTheirs = ([, record]: [number, EventRecord]) => JSON.stringify(record).includes('Zo')
    assert.deepEqual(
      [...log.recordsOf(subject)],
      before.filter(isTheirs).map(([offset, record]) => ({ offset, record })),
    )
    assert.deepEqual(
      log.quarantineOf(subject).map(({ code }) => code),
      ['UNKNOWN_FIELD', 'MALFORMED_ROW', 'MALFORMED_JSON'],
    )
    assert.deepEqual(filesWith(PERSON), ['journal-0.bin', 'data.mdb'])

    const result = await log.eraseSubject(subject)
    assert.deepEqual(result.byType, { watch: 78, user: 2, $decision: 2 })
    assert.deepEqual([result.removed, result.quarantineRemoved], [82, 3])
    assert.deepEqual(filesWith(PERSON), [])
    assert.deepEqual(
      everything(),
      before.filter((entry) => !isTheirs(entry)),
    )
    assert.deepEqual(log.readQuarantine().counts, { MALFORMED_ROW: 1 })
    assert.equal(log.head, 705)
    assert.equal(log.readOne(705), undefined)
    assert.deepEqual([...log.recordsOf(subject)], [])
    assert.deepEqual(log.history, [{ kind: 'erasure', at: NOW, head: 705 }])
    assert.equal(log.generation, 1)
    await close()
    assert.deepEqual(filesWith(PERSON), [])
    open()
    assert.equal((await log.append([watch('next', 'u1')])).offset, 706)
  })

  it('holds up neither appends nor reads: all of them see the same log as before, without that person', async () => {
    await log.append(
      Array.from({ length: 3000 }, (_, n) => watch(`e${n}`, n % 3 === 0 ? PERSON : 'u', 'x'.repeat(500))),
    )
    const reading = log.read()
    const seen = reading.next().value?.records.length ?? 0
    const seenSubject = log.recordsOf({ entity: 'user', id: 'u' })
    assert.equal(seenSubject.next().value?.offset, 2)
    const appends: Promise<unknown>[] = []
    let isErased = false
    const erasing = log.eraseSubject(subject).then(() => {
      isErased = true
    })
    while (!isErased) {
      appends.push(log.append([watch(`m${appends.length}`, appends.length % 2 === 0 ? 'u' : PERSON)]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await erasing
    await Promise.all(appends)
    assert.equal(log.head, 3000 + appends.length)
    const ids = new Set(everything().map(([, { id }]) => id))
    for (let n = 0; n < appends.length; n += 2) assert.ok(ids.has(`m${n}`), `m${n} of ${appends.length}`)
    assert.ok(everything().every(([offset, { user }]) => user !== PERSON || offset > 3001))
    const rest = [...reading].flatMap(({ firstOffset, records }) => records.map((_, index) => firstOffset + index))
    assert.deepEqual(
      rest,
      Array.from({ length: 3000 - seen }, (_, n) => seen + 1 + n).filter((offset) => offset % 3 !== 1),
    )
    assert.equal([...seenSubject].length, 1999)
  })

  it('is one of several that were asked for at once', async () => {
    await log.append(Array.from({ length: 50 }, (_, n) => watch(`e${n}`, `u${n % 5}`)))
    const results = await Promise.all(['u0', 'u1', 'u0'].map((id) => log.eraseSubject({ entity: 'user', id })))
    assert.deepEqual(
      results.map(({ removed }) => removed),
      [10, 10, 0],
    )
    assert.equal(log.generation, 3)
    assert.equal(log.history.length, 2)
    assert.equal(everything().length, 30)
  })

  it('finds them also in batches that no index describes, and in those whose row is damaged', async () => {
    await log.append(Array.from({ length: 600 }, (_, n) => watch(`e${n}`, n % 100 === 7 ? PERSON : 'u')))
    await log.appendInternal([{ id: 'd', type: '$decision', at: NOW, to: [PERSON] }], () => [subject])
    await close()
    const store = new Store(join(path, 'log'), 'write')
    await store.subjects?.remove(257)
    await store.subjects?.put(1, Buffer.from('damaged'))
    await store.subjects?.remove(601)
    await store.close()
    open()
    assert.equal([...log.recordsOf(subject)].length, 7)
    assert.equal((await log.eraseSubject(subject)).removed, 7)
    assert.deepEqual(filesWith(PERSON), [])
    assert.equal([...log.recordsOf({ entity: 'user', id: 'u' })].length, 594)
  })

  it('is seen by a process that reads the directory', async () => {
    await close()
    const child = inChild(
      path,
      `await log.append(Array.from({ length: 1000 }, (_, n) => watch('e' + n, n % 2 === 0 ? 'gone' : 'u')))
       say('appended')
       for await (const _ of process.stdin) {
         await log.eraseSubject({ entity: 'user', id: 'gone' })
         say('erased')
       }
       await log.close()
       await directory.close()`,
    )
    assert.ok(child.stdout && child.stdin)
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    assert.equal((await lines.next()).value, 'appended')
    const reading = openDataDirectory(path, { mode: 'read' })
    const reader = openEventLog(reading, { schema, clock })
    assert.equal(everything(reader).length, 1000)
    const underWay = reader.read()
    assert.equal(underWay.next().value?.records.length, 256)
    child.stdin.write('erase\n')
    assert.equal((await lines.next()).value, 'erased')
    assert.equal(reader.head, 1000)
    assert.equal(reader.generation, 1)
    assert.deepEqual([...reader.recordsOf({ entity: 'user', id: 'gone' })], [])
    assert.ok(everything(reader).every(([offset, { user }]) => user === 'u' && offset % 2 === 0))
    assert.ok([...underWay].every(({ records }) => records.length === 1))
    child.stdin.end()
    await once(child, 'exit')
    await reading.close()
    open()
  })

  it('leaves the old store or the new one, whole, when its process is killed', async () => {
    await close()
    const random = randomFrom(5)
    const kept = new Set<string>()
    const moments = ['before renameSync', 'after renameSync', 'before rm', 'after rm', 'by chance', 'by chance']
    for (const [round, moment] of moments.entries()) {
      const child = inChild(
        path,
        `const records = (user) =>
           Array.from({ length: 2000 }, (_, n) => watch([${round}, user, n].join('/'), user, 'x'.repeat(300)))
         await log.append([...records('kept'), ...records('gone')])
         ${moment === 'by chance' ? '' : dieAt(moment)}
         let isDone = false
         const tick = () => { say('.'); if (!isDone) setImmediate(tick) }
         tick()
         for (;;) {
           for (const user of ['gone', 'nobody']) await log.eraseSubject({ entity: 'user', id: user })
           say('erased')
         }`,
      )
      const dots = moment === 'by chance' ? Math.floor(8000 ** random.uniform()) : Number.POSITIVE_INFINITY
      const isErased = await killAfterDots(child, dots)
      for (let n = 0; n < 2000; n++) kept.add(`${round}/kept/${n}`)
      open()
      const stores = readdirSync(path).filter((name) => name.startsWith('log'))
      assert.equal(stores.length, 1, stores.join())
      assert.equal(log.head, (round + 1) * 4000)
      const records = everything().map(([, record]) => record)
      assert.deepEqual(new Set(records.filter(({ user }) => user === 'kept').map(({ id }) => id)), kept)
      const gone = records.filter(({ user }) => user === 'gone')
      assert.ok(gone.length === 0 || (gone.length === 2000 && !isErased), `${gone.length} left`)
      await log.eraseSubject({ entity: 'user', id: 'gone' })
      assert.deepEqual(filesWith('gone'), [])
      await close()
    }
    open()
  })

  const limiter = 'prlimit'
  const hasLimits = spawnSync(limiter, ['--version']).status === 0
  it('leaves the log as it was when the disk has no room for a second store', {
    skip: hasLimits ? false : 'needs the program prlimit to bound the size of a file',
  }, async () => {
    await close()
    const body = `
      await log.append(Array.from({ length: 4000 }, (_, n) => watch('e' + n, n % 2 ? 'gone' : 'u', 'x'.repeat(1000))))
      const limit = (bytes) => execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=' + bytes + ':unlimited'])
      limit(1_000_000)
      const code = await log.eraseSubject({ entity: 'user', id: 'gone' }).then(() => 'none', (error) => error.code)
      limit('unlimited')
      const found = [...log.recordsOf({ entity: 'user', id: 'gone' })].length
      const { accepted } = await log.append([watch('more', 'u')])
      const { removed } = await log.eraseSubject({ entity: 'user', id: 'gone' })
      say(JSON.stringify({ code, found, accepted, removed, head: log.head, generation: log.generation }))
    `
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', program(body), path], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    assert.deepEqual(JSON.parse(output), {
      code: 'DISK_FULL',
      found: 2000,
      accepted: 1,
      removed: 2000,
      head: 4001,
      generation: 1,
    })
    open()
  })

  it('does not touch a store that the manifest does not name but to delete it', async () => {
    await log.append([watch('a', 'u')])
    await close()
    mkdirSync(join(path, 'log-7'))
    writeFileSync(join(path, 'log-7', 'data.mdb'), 'half of a rewrite')
    const reading = openDataDirectory(path, { mode: 'read' })
    assert.equal(openEventLog(reading, { schema, clock }).head, 1)
    await reading.close()
    assert.ok(readdirSync(path).includes('log-7'))
    open()
    assert.ok(!readdirSync(path).includes('log-7'))
    assert.equal(log.head, 1)
  })
})
