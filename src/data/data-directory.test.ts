import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { isSluiceError } from '../foundation/index.ts'
import { defineSchema, text } from '../problem/index.ts'
import { openDataDirectory } from './data-directory.ts'
import { openEventLog } from './event-log.ts'

const NOW = 1_800_000_000_000
const clock = () => NOW
const schema = defineSchema({ entities: { user: {} }, events: { note: { text: text() } } })
const note = (id: string, value = '') => ({ id, type: 'note', at: NOW, text: value })

/** A program for another process; `log` is open for writing in it. */
const program = (body: string) => `
  const { openDataDirectory } = await import(${JSON.stringify(new URL('./data-directory.ts', import.meta.url).href)})
  const { openEventLog } = await import(${JSON.stringify(new URL('./event-log.ts', import.meta.url).href)})
  const { defineSchema, text } = await import(${JSON.stringify(new URL('../problem/index.ts', import.meta.url).href)})
  const { execFileSync } = await import('node:child_process')
  const schema = defineSchema({ entities: { user: {} }, events: { note: { text: text() } } })
  const note = (id, value = '') => ({ id, type: 'note', at: ${NOW}, text: value })
  const clock = () => ${NOW}
  const directory = openDataDirectory(process.argv[1], { mode: 'write', clock })
  const log = openEventLog(directory, { schema, clock })
  ${body}
`

const startWriter = (path: string, body: string): ChildProcess =>
  spawn(process.execPath, ['--input-type=module', '-e', program(body), path], { stdio: ['pipe', 'pipe', 'inherit'] })

/** The next line that a child prints. */
async function nextLine(child: ChildProcess): Promise<string> {
  assert.ok(child.stdout)
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer]
  return chunk.toString().trim()
}

describe('a data directory', () => {
  let root: string
  let path: string

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sluice-directory-'))
    path = join(root, 'data')
  })
  afterEach(() => rmSync(root, { recursive: true }))

  const refuses = (code: Parameters<typeof isSluiceError>[1], mode: 'write' | 'read', message = /./) =>
    assert.throws(
      () => openDataDirectory(path, mode === 'write' ? { mode, clock } : { mode }),
      (error) => isSluiceError(error, code) && message.test(error.message),
    )

  const fill = async (events: readonly unknown[]) => {
    const directory = openDataDirectory(path, { mode: 'write', clock })
    const log = openEventLog(directory, { schema, clock })
    const result = await log.append(events)
    await directory.close()
    return result
  }

  it('is made by the first writer and remembers when', async () => {
    refuses('DIRECTORY_MISSING', 'read')
    const directory = openDataDirectory(path, { mode: 'write', clock })
    assert.equal(directory.createdAt, NOW)
    await directory.close()
    assert.ok(!existsSync(join(path, 'writer.lock')))
    await openDataDirectory(path, { mode: 'read' }).close()
  })

  it('is not made where other files lie', () => {
    path = root
    writeFileSync(join(root, 'letter.txt'), 'dear')
    refuses('DIRECTORY_FOREIGN', 'write', /letter\.txt/)
    path = join(root, 'letter.txt')
    refuses('DIRECTORY_FOREIGN', 'write')
  })

  it('says what to do when its own files are damaged', async () => {
    await fill([note('a')])
    const manifest = readFileSync(join(path, 'sluice.json'))
    writeFileSync(join(path, 'sluice.json'), '{"format":99}')
    refuses('DIRECTORY_CORRUPT', 'write', /format 99.*restore/)
    writeFileSync(join(path, 'sluice.json'), manifest)
    writeFileSync(join(path, 'log', 'data.mdb'), 'x'.repeat(20_000))
    refuses('DIRECTORY_CORRUPT', 'read', /restore/)
    writeFileSync(join(path, 'log', 'data.mdb'), '')
    refuses('DIRECTORY_CORRUPT', 'write', /data\.mdb/)
    rmSync(join(path, 'log'), { recursive: true })
    refuses('DIRECTORY_CORRUPT', 'write', /data\.mdb/)
  })

  it('reports a file that was cut instead of crashing', async () => {
    await fill(Array.from({ length: 300 }, (_, index) => note(`e${index}`, 'x'.repeat(3000))))
    const file = join(path, 'log', 'data.mdb')
    for (const share of [0.9, 0.5, 0.1]) {
      truncateSync(file, Math.floor(statSync(file).size * share))
      const reading = `
        import { openDataDirectory } from ${JSON.stringify(new URL('./data-directory.ts', import.meta.url).href)}
        const directory = openDataDirectory(process.argv[1], { mode: 'read' })
        const { openEventLog } = await import(${JSON.stringify(new URL('./event-log.ts', import.meta.url).href)})
        const { defineSchema, text } = await import(${JSON.stringify(new URL('../problem/index.ts', import.meta.url).href)})
        const schema = defineSchema({ entities: { user: {} }, events: { note: { text: text() } } })
        const log = openEventLog(directory, { schema, clock: () => 0 })
        for (const _ of log.read()) continue
      `
      const { status, signal, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', reading, path], {
        encoding: 'utf8',
      })
      assert.deepEqual([status, signal], [1, null])
      assert.match(stderr, /DIRECTORY_CORRUPT/)
    }
  })

  it('finds a byte that changed and names its offset', async () => {
    await fill([note('a')])
    await fill([note('b', 'precious words')])
    const file = join(path, 'log', 'data.mdb')
    const bytes = readFileSync(file)
    for (let at = bytes.indexOf('precious'); at >= 0; at = bytes.indexOf('precious', at)) bytes.write('pretious', at)
    writeFileSync(file, bytes)
    const directory = openDataDirectory(path, { mode: 'read' })
    const log = openEventLog(directory, { schema, clock })
    const isNamed = (error: unknown) => isSluiceError(error, 'DIRECTORY_CORRUPT') && error.message.includes('offset 2')
    assert.throws(() => [...log.read()], isNamed)
    assert.throws(() => log.readOne(2), isNamed)
    assert.equal(log.readOne(1)?.id, 'a')
    await directory.close()
  })

  it('has one writer at a time, in this process or another', async () => {
    const directory = openDataDirectory(path, { mode: 'write', clock })
    refuses('DIRECTORY_LOCKED', 'write', new RegExp(`process ${process.pid} `))
    const second = spawnSync(process.execPath, ['--input-type=module', '-e', program(''), path], { encoding: 'utf8' })
    assert.notEqual(second.status, 0)
    assert.match(second.stderr, new RegExp(`DIRECTORY_LOCKED|process ${process.pid} `))
    await directory.close()
    assert.equal((await fill([note('a')])).offset, 1)
  })

  it('keeps what was acknowledged when its writer is killed, and lets the next one in', async () => {
    const child = startWriter(
      path,
      `for (let n = 1; ; n++) { await log.append([note('e' + n)]); if (n === 20) console.log('ready') }`,
    )
    assert.equal(await nextLine(child), 'ready')
    refuses('DIRECTORY_LOCKED', 'write', new RegExp(`process ${child.pid} `))
    child.kill('SIGKILL')
    await once(child, 'exit')
    const { duplicates, offset } = await fill(Array.from({ length: 20 }, (_, index) => note(`e${index + 1}`)))
    assert.equal(duplicates, 20)
    assert.ok(offset >= 20)
    const directory = openDataDirectory(path, { mode: 'read' })
    const { inOrder, outOfOrder, duplicates: counted } = openEventLog(directory, { schema, clock }).arrivals()
    assert.deepEqual([inOrder, outOfOrder, counted], [offset, 0, 20])
    await directory.close()
  })

  it('takes over a lock whose process number now belongs to another process', async () => {
    await fill([note('a')])
    const { pid } = process
    const lock = (owner: object) => writeFileSync(join(path, 'writer.lock'), JSON.stringify(owner))
    const { hostname } = await import('node:os')
    if (existsSync('/proc/self/stat')) {
      lock({ pid, startedAt: '1', host: hostname() })
      assert.equal((await fill([note('b')])).offset, 2)
    }
    lock({ pid, startedAt: '1', host: 'another-machine' })
    refuses('DIRECTORY_LOCKED', 'write', /another-machine.*delete/)
  })

  it('can be read by another process while it is written to', async () => {
    const directory = openDataDirectory(path, { mode: 'write', clock })
    await directory.close()
    const reading = openDataDirectory(path, { mode: 'read' })
    const reader = openEventLog(reading, { schema, clock })
    assert.equal(reader.head, 0)
    await assert.rejects(reader.append([note('a')]), (error) => isSluiceError(error, 'INVALID_ARGUMENT'))
    const child = startWriter(
      path,
      `for await (const _ of process.stdin) {
        const first = log.head
        await log.append(Array.from({ length: 500 }, (_, index) => note('e' + (first + index), 'x'.repeat(500))))
        console.log(log.head)
      }`,
    )
    for (let round = 1; round <= 5; round++) {
      child.stdin?.write('go\n')
      assert.equal(Number(await nextLine(child)), round * 500)
      assert.equal(reader.head, round * 500)
      const ids = [...reader.read()].flatMap(({ records }) => records.map(({ id }) => id))
      assert.deepEqual(
        ids,
        Array.from({ length: round * 500 }, (_, index) => `e${index}`),
      )
    }
    child.stdin?.end()
    await once(child, 'exit')
    await reading.close()
  })

  const limiter = 'prlimit'
  const hasLimits = spawnSync(limiter, ['--version']).status === 0
  it('keeps nothing of an append that the disk refused, and takes it when there is room', {
    skip: hasLimits ? false : 'needs the program prlimit to bound the size of a file',
  }, () => {
    const body = `
      const limit = (bytes) => execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=' + bytes + ':unlimited'])
      limit(2_000_000)
      const acknowledged = []
      let refused
      for (let n = 0; refused === undefined && n < 100; n++) {
        const call = Array.from({ length: 10 }, (_, index) => note(n + '/' + index, 'x'.repeat(10_000)))
        await log.append(call).then(() => acknowledged.push(...call), (error) => { refused = { code: error.code, call } })
      }
      const ids = () => [...log.read()].flatMap(({ records }) => records.map(({ id }) => id))
      const kept = JSON.stringify(ids()) === JSON.stringify(acknowledged.map(({ id }) => id))
      limit('unlimited')
      const { accepted } = await log.append(refused.call.reverse())
      const { duplicates } = await log.append(refused.call)
      console.log(JSON.stringify({ code: refused.code, kept, accepted, duplicates, head: log.head, stored: ids().length, before: acknowledged.length }))
    `
    const output = execFileSync(process.execPath, ['--input-type=module', '-e', program(body), path], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const { before, ...outcome } = JSON.parse(output) as Record<string, unknown>
    assert.ok(Number(before) > 0)
    const total = Number(before) + 10
    assert.deepEqual(outcome, {
      code: 'DISK_FULL',
      kept: true,
      accepted: 10,
      duplicates: 10,
      head: total,
      stored: total,
    })
  })
})
