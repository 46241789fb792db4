import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import fc from 'fast-check'
import { defineSchema, ref, text } from '../problem/index.ts'
import { type DataDirectory, openDataDirectory } from './data-directory.ts'
import { type EventLog, openEventLog } from './event-log.ts'
import { JOURNAL_FILES, readJournal } from './journal-file.ts'
import { encodeFrame, FRAME_ALIGNMENT } from './journal-frame.ts'

const NOW = 1_800_000_000_000
const clock = () => NOW
const schema = defineSchema({ entities: { user: {} }, events: { note: { user: ref('user'), text: text() } } })
const note = (id: string, user = 'u', length = 10) => ({ id, type: 'note', at: NOW, user, text: 'x'.repeat(length) })

interface Opened {
  readonly directory: DataDirectory
  readonly log: EventLog
}

function open(path: string, mode: 'write' | 'read'): Opened {
  const directory = openDataDirectory(path, mode === 'write' ? { mode, clock } : { mode })
  return { directory, log: openEventLog(directory, { schema, clock }) }
}

async function close({ directory, log }: Opened): Promise<void> {
  await log.close()
  await directory.close()
}

const idsOf = (log: EventLog) => [...log.read()].flatMap(({ records }) => records.map(({ id }) => id))

describe('the journal', () => {
  let path: string
  let writer: Opened
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'sluice-journal-'))
    writer = open(join(path, 'data'), 'write')
  })
  afterEach(async () => {
    await close(writer)
    rmSync(path, { recursive: true })
  })

  let copies = 0
  /** What a process that is killed now would leave; the lock is as of a dead one. */
  const killed = (): string => {
    const copy = join(path, `copy${copies++}`)
    cpSync(join(path, 'data'), copy, { recursive: true })
    rmSync(join(copy, 'writer.lock'))
    return copy
  }
  /** Overwrites bytes of a copy's journal where the frame of a commit begins. */
  const damage = (copy: string, number: number) => {
    for (const name of JOURNAL_FILES) {
      const file = join(copy, name)
      if (!existsSync(file)) continue
      const bytes = readFileSync(file)
      for (let at = 0; at < bytes.length; at += FRAME_ALIGNMENT) {
        if (bytes.readUInt32LE(at) !== 0 && bytes.readDoubleLE(at + 8) === number) bytes.write('!!', at + 40)
      }
      writeFileSync(file, bytes)
    }
  }

  it('keeps every acknowledged event once, wherever a process is killed: as a list of what was appended has it', async () => {
    const kinds = fc.constantFrom('small', 'small', 'small', 'large', 'refused', 'again', 'rewrite', 'reopen', 'kill')
    const reader = open(join(path, 'data'), 'read')
    let model: string[] = []
    let next = 0
    await fc.assert(
      fc.asyncProperty(fc.array(kinds, { minLength: 20, maxLength: 60 }), async (steps) => {
        for (const step of steps) {
          if (step === 'small' || step === 'large') {
            const events = [note(`e${next++}`, `u${next % 3}`, step === 'small' ? (next * 7919) % 60_000 : 50_000)]
            if (step === 'large') for (let n = 0; n < 6; n++) events.push(note(`e${next++}`, 'u0', 50_000))
            await writer.log.append(events)
            model.push(...events.map(({ id }) => id))
          }
          if (step === 'refused') await writer.log.append([{ ...note('bad'), type: 'unknown' }])
          if (step === 'again') {
            const known = model.slice(-3).map((id) => note(id))
            assert.equal((await writer.log.append(known)).duplicates, known.length)
          }
          if (step === 'rewrite')
            await writer.log.rewrite({ kind: 'compaction', drops: () => false, touches: () => [] })
          if (step === 'reopen') {
            await close(writer)
            assert.deepEqual(
              readdirSync(join(path, 'data')).filter((name) => name.startsWith('journal')),
              [],
            )
            writer = open(join(path, 'data'), 'write')
          }
          if (step === 'kill') {
            const copy = open(killed(), 'write')
            assert.equal(copy.log.recovered, undefined)
            assert.deepEqual(idsOf(copy.log), model)
            assert.equal((await copy.log.append(model.slice(-2).map((id) => note(id)))).accepted, 0)
            await close(copy)
          }
          assert.equal(writer.log.head, model.length)
          assert.equal(reader.log.head, model.length)
        }
        assert.deepEqual(idsOf(writer.log), model)
        assert.deepEqual(idsOf(reader.log), model)
        assert.deepEqual(reader.log.arrivals(), writer.log.arrivals())
        const ofUser = (log: EventLog) => [...log.recordsOf({ entity: 'user', id: 'u1' })].map(({ offset }) => offset)
        assert.deepEqual(ofUser(reader.log), ofUser(writer.log))
      }),
      { seed: 11, numRuns: 4 },
    )
    model = []
    await close(reader)
  })

  it('goes to the store in the background, and what was put there is not applied again', async () => {
    for (let n = 0; n < 600; n++) await writer.log.append([note(`e${n}`, 'u', 2000)])
    const copy = killed()
    const journal = readJournal(copy, 0)
    assert.ok(journal.frames.at(-1)!.number >= 600, 'all commits were journaled')
    const left = open(copy, 'write')
    assert.ok(left.directory.storage.journaled >= 600)
    assert.equal(new Set(idsOf(left.log)).size, 600)
    assert.equal(left.log.head, 600)
    assert.equal(left.log.arrivals().inOrder, 600)
    await close(left)
  })

  it('lets go of a commit that was torn, which nobody was told of', async () => {
    for (const id of ['a', 'b', 'c']) await writer.log.append([note(id)])
    const copy = killed()
    damage(copy, 3)
    const left = open(copy, 'write')
    assert.equal(left.log.recovered, undefined)
    assert.deepEqual(idsOf(left.log), ['a', 'b'])
    assert.equal((await left.log.append([note('c')])).offset, 3)
    await close(left)
  })

  it('says when the disk lost a commit in its middle, and keeps the bytes of those behind it', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await writer.log.append([note(id)])
    const copy = killed()
    damage(copy, 2)
    const left = open(copy, 'write')
    assert.deepEqual(left.log.recovered, { fromOffset: 2, batches: 2, file: 'log-cut-2.bin', at: NOW })
    assert.equal(left.log.generation, 1)
    assert.deepEqual(idsOf(left.log), ['a'])
    assert.ok(readFileSync(join(copy, 'log-cut-2.bin')).includes('"id":"d"'))
    await close(left)
    const again = open(copy, 'write')
    assert.equal(again.log.recovered, undefined)
    await close(again)
  })

  it('is not applied over records that a release without a journal wrote since', async () => {
    await writer.log.append([note('a')])
    await writer.log.append([note('b')])
    const copy = killed()
    const journal = JOURNAL_FILES.filter((name) => existsSync(join(copy, name)))
    const bytes = journal.map((name) => readFileSync(join(copy, name)))
    for (const name of journal) rmSync(join(copy, name))
    const other = open(copy, 'write')
    await other.directory.storage.commit({ batches: [], subjects: [], quarantine: [], facts: [] })
    await other.log.append([note('c')])
    await close(other)
    const stored = open(copy, 'write')
    stored.directory.storage.cut([], { set: [], remove: ['journaled'] })
    await close(stored)
    journal.forEach((name, index) => {
      writeFileSync(join(copy, name), bytes[index]!)
    })
    const left = open(copy, 'write')
    assert.deepEqual(idsOf(left.log), ['c'])
    assert.equal(left.log.recovered?.batches, 2)
    await close(left)
  })

  it('is read beside its writer, by whom nothing has to be put into the store', async () => {
    await writer.log.append([note('a')])
    const reader = open(join(path, 'data'), 'read')
    assert.deepEqual(idsOf(reader.log), ['a'])
    await writer.log.append([note('b')])
    assert.equal(reader.log.readOne(2)?.id, 'b')
    await writer.log.eraseSubject({ entity: 'user', id: 'u' })
    assert.deepEqual(idsOf(reader.log), [])
    assert.equal(reader.log.head, 2)
    await close(reader)
  })

  it('takes frames of other numbers for what they are', () => {
    const frame = encodeFrame(7, { batches: [[1, Buffer.from('x')]], subjects: [], facts: [['f', { n: 1 }]] })
    assert.equal(frame.length % FRAME_ALIGNMENT, 0)
    writeFileSync(join(path, 'data', JOURNAL_FILES[1]!), Buffer.concat([frame, frame.subarray(0, 40)]))
    const { frames, ends } = readJournal(join(path, 'data'), 0)
    assert.deepEqual(
      frames.map(({ number, writes }) => [number, writes.batches[0]![1].toString(), writes.facts]),
      [[7, 'x', [['f', { n: 1 }]]]],
    )
    assert.deepEqual(ends, [0, frame.length])
    assert.deepEqual(readJournal(join(path, 'data'), 7).frames, [])
  })
})
