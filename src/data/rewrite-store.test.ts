import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { category, defineSchema, ref } from '../problem/index.ts'
import { compact } from './compact-log.ts'
import { type DataDirectory, openDataDirectory } from './data-directory.ts'
import { type EventLog, openEventLog } from './event-log.ts'
import type { EventRecord } from './record.ts'

const NOW = 1_800_000_000_000
const clock = () => NOW
const schema = defineSchema({
  entities: { user: { country: category(), mentor: ref('user') }, video: {} },
  events: { watch: { user: ref('user'), video: ref('video') }, like: { user: ref('user') } },
})
const USERS = ['ana', 'bo', 'cy', 'v1']

/** The log as an array: the plainest thing that can forget. */
class NaiveLog {
  readonly places: (EventRecord | undefined)[] = []
  readonly quarantine: { user: string }[] = []
  removals = 0

  append(record: EventRecord): boolean {
    const isKnown = !record.type.startsWith('$') && this.places.some((known) => known?.id === record.id)
    if (!isKnown) this.places.push(record)
    return !isKnown
  }

  of(user: string) {
    return this.live().filter(({ record }) => this.#names(record, user))
  }

  live() {
    return this.places.flatMap((record, index) => (record ? [{ offset: index + 1, record }] : []))
  }

  drop(isDropped: (record: EventRecord) => boolean): number {
    const gone = this.live().filter(({ record }) => isDropped(record))
    for (const { offset } of gone) this.places[offset - 1] = undefined
    if (gone.length > 0) this.removals++
    return gone.length
  }

  erase(user: string): number {
    const kept = this.quarantine.filter((input) => input.user !== user)
    this.quarantine.splice(0, this.quarantine.length, ...kept)
    return this.drop((record) => this.#names(record, user))
  }

  #names(record: EventRecord, user: string): boolean {
    const { type, user: own, mentor, to } = record
    if (type === '$decision') return to === user
    return own === user || mentor === user
  }
}

const user = fc.constantFrom(...USERS)
const event = fc.record({
  id: fc.nat(120),
  kind: fc.constantFrom('watch', 'like', 'user', '$decision', 'wrong'),
  user,
  other: user,
  ageS: fc.nat(100),
})
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('append' as const), events: fc.array(event, { maxLength: 15 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('bulk' as const), user, count: fc.integer({ min: 50, max: 400 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('erase' as const), user }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const), ageS: fc.nat(120) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** A log and its model, side by side. */
class Pair {
  readonly model = new NaiveLog()
  readonly path = mkdtempSync(join(tmpdir(), 'sluice-rewrite-'))
  directory!: DataDirectory
  log!: EventLog
  #bulk = 0

  open(): void {
    this.directory = openDataDirectory(this.path, { mode: 'write', clock })
    this.log = openEventLog(this.directory, { schema, clock })
  }

  async close(): Promise<void> {
    await this.log.close()
    await this.directory.close()
  }

  async run(given: Step): Promise<void> {
    if (given.do === 'reopen') {
      await this.close()
      this.open()
    } else if (given.do === 'erase') {
      const { removed } = await this.log.eraseSubject({ entity: 'user', id: given.user })
      assert.equal(removed, this.model.erase(given.user))
    } else if (given.do === 'compact') await this.#compact(given.ageS)
    else if (given.do === 'append') for (const one of given.events) await this.#append(one)
    else await this.#appendMany(given.user, given.count)
  }

  async #append({ id, kind, user, other, ageS }: typeof event extends fc.Arbitrary<infer Value> ? Value : never) {
    const at = NOW - ageS * 1000
    if (kind === 'wrong') {
      await this.log.append([{ id: `w${id}`, type: 'watch', at, user }])
      this.model.quarantine.push({ user })
    } else if (kind === '$decision') {
      const record = { id: `d${id}`, type: kind, at, to: user, page: [other] }
      await this.log.appendInternal([record], () => [{ entity: 'user', id: user }])
      this.model.append(record)
    } else {
      const fields = { watch: { user, video: other }, like: { user }, user: { user, mentor: other } }[kind]
      const record = { id: `e${id}`, type: kind, at, ...fields }
      const { accepted, duplicates } = await this.log.append([record])
      const isNew = this.model.append(record)
      assert.deepEqual([accepted, duplicates], isNew ? [1, 0] : [0, 1])
    }
  }

  async #appendMany(user: string, count: number): Promise<void> {
    const records = Array.from({ length: count }, () => ({ id: `b${this.#bulk++}`, type: 'like', at: NOW, user }))
    await this.log.append(records)
    for (const record of records) this.model.append(record)
  }

  async #compact(ageS: number): Promise<void> {
    const { removed } = await compact(this.log, { retention: { watch: `${ageS + 1}s` }, nowMs: NOW })
    const times = this.model.live().filter(({ record }) => !record.type.startsWith('$'))
    const newest = Math.max(0, ...times.map(({ record }) => record.at))
    assert.equal(
      removed,
      this.model.drop(({ type, at }) => type === 'watch' && at < newest - (ageS + 1) * 1000),
    )
  }

  check(): void {
    const { log, model } = this
    const records = [...log.read()].flatMap(({ firstOffset, records }) =>
      records.map((record, index) => ({ offset: firstOffset + index, record })),
    )
    assert.deepEqual(records, model.live())
    const [from, to] = [Math.floor(log.head / 3), Math.floor((2 * log.head) / 3)]
    const inRange = [...log.read(from, to)].flatMap(({ firstOffset, records }) =>
      records.map((_, n) => firstOffset + n),
    )
    const isInRange = (offset: number) => offset >= from && offset <= to
    assert.deepEqual(
      inRange,
      model.live().flatMap(({ offset }) => (isInRange(offset) ? [offset] : [])),
    )
    assert.equal(log.head, model.places.length)
    for (const id of USERS) assert.deepEqual([...log.recordsOf({ entity: 'user', id })], model.of(id))
    for (const offset of [1, 2, Math.ceil(log.head / 2), log.head]) {
      assert.deepEqual(log.readOne(offset), model.places[offset - 1])
    }
    assert.equal(log.history.length, model.removals)
    const { inputs, counts } = log.readQuarantine({ limit: 10_000 })
    assert.equal(inputs.length, model.quarantine.length)
    assert.equal(counts.MISSING_FIELD ?? 0, model.quarantine.length)
  }
}

describe('a log that forgets', () => {
  it('is an array with holes, whatever is appended, erased, compacted and opened again in which order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const pair = new Pair()
        pair.open()
        try {
          for (const given of steps) {
            await pair.run(given)
            pair.check()
          }
        } finally {
          await pair.close()
          rmSync(pair.path, { recursive: true })
        }
      }),
      { seed: 42, numRuns: 20 },
    )
  })
})
