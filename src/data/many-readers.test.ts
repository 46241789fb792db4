import assert from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { defineSchema } from '../problem/index.ts'
import { openDataDirectory } from './data-directory.ts'
import { openEventLog } from './event-log.ts'

const NOW = 1_800_000_000_000
const clock = () => NOW
const schema = defineSchema({ entities: { user: {} }, events: { tick: {} } })
const tick = (n: number) => ({ id: `e${n}`, type: 'tick', at: NOW })
const COMMITS = 60
const EVENTS = 100

const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)
const opening = (mode: string) => `
  const { openDataDirectory } = await import(${url('./data-directory.ts')})
  const { openEventLog } = await import(${url('./event-log.ts')})
  const { defineSchema } = await import(${url('../problem/index.ts')})
  const schema = defineSchema({ entities: { user: {} }, events: { tick: {} } })
  const clock = () => ${NOW}
  const directory = openDataDirectory(process.argv[1], { mode: '${mode}', clock })
  const log = openEventLog(directory, { schema, clock })
`
/** Follows the log until it has seen a number of records; says what it saw that was not the log's next record. */
const FOLLOWER = `${opening('read')}
  let seen = 0
  let head = 0
  let isFollowing = false
  const faults = []
  console.log('ready')
  while (seen < Number(process.argv[2])) {
    const now = log.head
    if (now < head) faults.push('the head fell from ' + head + ' to ' + now)
    head = now
    for (const { firstOffset, records } of log.read(seen + 1, head)) {
      if (firstOffset !== seen + 1) faults.push('offset ' + firstOffset + ' after ' + seen)
      records.forEach(({ id }, index) => id === 'e' + (firstOffset + index) || faults.push(id))
      seen = firstOffset + records.length - 1
    }
    if (seen < head) faults.push('ended at ' + seen + ' below its head ' + head)
    if (seen > 0 && !isFollowing) console.log('at ' + seen)
    isFollowing = seen > 0
    await new Promise((resolve) => setImmediate(resolve))
  }
  console.log(JSON.stringify({ seen, faults }))
`

describe('one writer and many readers', () => {
  let path: string
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'sluice-readers-'))
  })
  afterEach(() => rmSync(path, { recursive: true }))

  const start = (total: number): { child: ChildProcess; lines: AsyncIterableIterator<string> } => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', FOLLOWER, path, String(total)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    assert.ok(child.stdout)
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
  }
  const last = async (lines: AsyncIterableIterator<string>) => {
    let text = ''
    for await (const line of lines) text = line
    return JSON.parse(text) as unknown
  }

  it('see a growing prefix without a gap each, and one that is killed hinders nobody', async () => {
    const directory = openDataDirectory(path, { mode: 'write', clock })
    const log = openEventLog(directory, { schema, clock })
    const followers = [1, 2, 3, 4].map(() => start(COMMITS * EVENTS))
    const victim = start(COMMITS * EVENTS)
    for (const { lines } of [...followers, victim]) assert.equal((await lines.next()).value, 'ready')
    const results = followers.map(({ lines }) => last(lines))
    const append = async (commit: number) =>
      log.append(Array.from({ length: EVENTS }, (_, index) => tick(commit * EVENTS + index + 1)))
    for (let commit = 0; commit < COMMITS / 2; commit++) await append(commit)
    assert.match(String((await victim.lines.next()).value), /^at \d+$/)
    victim.child.kill('SIGKILL')
    await once(victim.child, 'exit')
    for (let commit = COMMITS / 2; commit < COMMITS; commit++) await append(commit)
    for (const result of results) assert.deepEqual(await result, { seen: COMMITS * EVENTS, faults: [] })
    assert.equal(log.head, COMMITS * EVENTS)
    await log.close()
    await directory.close()
  })

  it('cannot be two writers', async () => {
    const directory = openDataDirectory(path, { mode: 'write', clock })
    const second = spawnSync(process.execPath, ['--input-type=module', '-e', opening('write'), path], {
      encoding: 'utf8',
    })
    assert.equal(second.status, 1)
    assert.match(second.stderr, /DIRECTORY_LOCKED/)
    await directory.close()
  })
})
