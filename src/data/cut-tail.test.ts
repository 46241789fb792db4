import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { isSluiceError } from '../foundation/index.ts'
import { defineSchema, text } from '../problem/index.ts'
import { openDataDirectory } from './data-directory.ts'
import { type EventLog, openEventLog } from './event-log.ts'
import { importFiles } from './import/import-files.ts'

const NOW = 1_800_000_000_000
const clock = () => NOW
const schema = defineSchema({ entities: { user: {} }, events: { note: { text: text() } } })
const note = (id: string) => ({ id, type: 'note', at: NOW, text: `<${id}>${'x'.repeat(200)}` })
const notes = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => note(`${prefix}${n}`))

describe('a log whose last write the disk did not do', () => {
  let path: string
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'sluice-tail-'))
  })
  afterEach(() => rmSync(path, { recursive: true }))

  const write = async <Result>(work: (log: EventLog) => Promise<Result> | Result): Promise<Result> => {
    const directory = openDataDirectory(path, { mode: 'write', clock })
    const log = openEventLog(directory, { schema, clock })
    try {
      return await work(log)
    } finally {
      await log.close()
      await directory.close()
    }
  }
  const ids = (log: EventLog) => [...log.read()].flatMap(({ records }) => records.map(({ id }) => id))
  const names = (events: readonly { id: string }[]) => events.map(({ id }) => id)
  const store = () => join(path, 'log', 'data.mdb')

  /** Turns one byte in the text of each of these records, wherever the file holds it. */
  const damage = (...damagedIds: readonly string[]) => {
    const bytes = readFileSync(store())
    for (const id of damagedIds) {
      const mark = `<${id}>`
      let found = 0
      for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1), found++) bytes.write('}', at + 1)
      assert.ok(found > 0, `${id} is in the file`)
    }
    writeFileSync(store(), bytes)
  }

  it('loses what is damaged at its end, keeps its bytes, says so, and goes on', async () => {
    const [first, second] = [notes('a', 300), notes('b', 10)]
    await write(async (log) => [await log.append(first), await log.append(second)])
    damage('b5')
    const directory = openDataDirectory(path, { mode: 'read' })
    assert.equal(openEventLog(directory, { schema, clock }).damagedFrom(), 301)
    await directory.close()
    await write(async (log) => {
      assert.deepEqual(log.recovered, { fromOffset: 301, batches: 1, file: 'log-cut-301.bin', at: NOW })
      assert.equal(log.generation, 1)
      assert.equal(log.damagedFrom(), undefined)
      assert.deepEqual([log.head, ids(log)], [300, names(first)])
      const { accepted, duplicates, offset } = await log.append([...first.slice(0, 5), ...second])
      assert.deepEqual([accepted, duplicates, offset], [10, 5, 310])
    })
    assert.ok(readFileSync(join(path, 'log-cut-301.bin')).includes('<b4>'))
    await write((log) => {
      assert.equal(log.recovered, undefined)
      assert.equal(log.cuts().length, 1)
      assert.deepEqual(ids(log), names([...first, ...second]))
    })
  })

  it('is cut at the first damaged batch of the last commit, though sound ones follow', async () => {
    const [first, second] = [notes('a', 10), notes('b', 900)]
    await write(async (log) => [await log.append(first), await log.append(second)])
    damage('b300')
    await write((log) => {
      assert.equal(log.recovered?.fromOffset, 10 + 256 + 1)
      assert.equal(log.recovered?.batches, 3)
      assert.deepEqual(ids(log), names([...first, ...second.slice(0, 256)]))
    })
  })

  it('may lose several commits, when all of them are damaged', async () => {
    const commits = Array.from({ length: 6 }, (_, n) => notes(`c${n}/`, 20))
    for (const commit of commits) await write((log) => log.append(commit))
    damage('c3/0', 'c4/0', 'c5/0')
    await write((log) => assert.deepEqual(ids(log), names(commits.slice(0, 3).flat())))
  })

  it('is not touched when a sound commit follows the damage: that is no torn write', async () => {
    await write((log) => log.append(notes('a', 20)))
    await write((log) => log.append(notes('b', 20)))
    damage('a3')
    await write((log) => {
      assert.equal(log.recovered, undefined)
      assert.throws(
        () => ids(log),
        (error) => isSluiceError(error, 'DIRECTORY_CORRUPT') && error.message.includes('offset 1'),
      )
    })
  })

  it('gets back from a file that is imported again what was cut', async () => {
    const file = join(path, '..', `${path.split('/').at(-1)}.ndjson`)
    const events = notes('f', 700)
    writeFileSync(file, events.map((event) => `${JSON.stringify(event)}\n`).join(''))
    await write((log) => importFiles(log, [file], { format: 'ndjson' }))
    damage('f690')
    await write(async (log) => {
      assert.equal(log.head, 512)
      const { accepted, duplicates } = await importFiles(log, [file], { format: 'ndjson' })
      assert.deepEqual([accepted, duplicates], [188, 512])
      assert.deepEqual(ids(log), names(events))
    })
    rmSync(file)
  })

  it('leaves no bytes of it when records are erased', async () => {
    await write(async (log) => [await log.append(notes('a', 20)), await log.append(notes('b', 20))])
    damage('b3')
    await write(async (log) => {
      assert.ok(readdirSync(path).includes('log-cut-21.bin'))
      await log.rewrite({ kind: 'erasure', drops: ({ id }) => id === 'a1' })
      assert.ok(!readdirSync(path).includes('log-cut-21.bin'))
    })
  })

  it('is opened or refused with an error, wherever its file was cut; the process does not crash', async () => {
    await write(async (log) => {
      for (let n = 0; n < 40; n++) await log.append(notes(`t${n}/`, 10))
    })
    const program = `
      const { openDataDirectory } = await import(${JSON.stringify(new URL('./data-directory.ts', import.meta.url).href)})
      const { openEventLog } = await import(${JSON.stringify(new URL('./event-log.ts', import.meta.url).href)})
      const { defineSchema, text } = await import(${JSON.stringify(new URL('../problem/index.ts', import.meta.url).href)})
      const schema = defineSchema({ entities: { user: {} }, events: { note: { text: text() } } })
      const clock = () => ${NOW}
      try {
        const directory = openDataDirectory(process.argv[1], { mode: 'write', clock })
        const log = openEventLog(directory, { schema, clock })
        const read = () => [...log.read()].flatMap(({ records }) => records).length
        const before = read()
        await log.append([{ id: 'new', type: 'note', at: ${NOW}, text: 't' }])
        console.log(read() - before)
      } catch (error) {
        console.log(error.code, error.message)
      }
      process.exit()
    `
    for (const share of [0.98, 0.9, 0.7, 0.4]) {
      truncateSync(store(), Math.floor(statSync(store()).size * share))
      const { signal, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program, path], {
        encoding: 'utf8',
      })
      assert.deepEqual([signal, /^(1$|DIRECTORY_CORRUPT |INTERNAL )/.test(stdout.trim())], [null, true], stdout)
    }
  })
})
