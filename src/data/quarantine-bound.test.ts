import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { isSluiceError } from '../foundation/index.ts'
import { defineSchema } from '../problem/index.ts'
import { type DataDirectory, openDataDirectory } from './data-directory.ts'
import { type EventLog, type EventLogOptions, openEventLog } from './event-log.ts'

const NOW = 1_800_000_000_000
const clock = () => NOW
const schema = defineSchema({ entities: { user: {} }, events: { tick: {} } })

describe('the quarantine', () => {
  let path: string
  let directory: DataDirectory
  let log: EventLog

  const reopen = async (quarantine: EventLogOptions['quarantine'] = {}) => {
    await log?.close()
    await directory?.close()
    directory = openDataDirectory(path, { mode: 'write', clock })
    log = openEventLog(directory, { schema, clock, quarantine })
  }
  const refuse = (texts: readonly string[]) => log.append(texts.map((text) => ({ text })))
  const texts = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => `input ${from + n}`)
  const kept = () => {
    const { inputs, counts, dropped } = log.readQuarantine({ limit: 1000 })
    const originals = inputs.map(({ original }) => (JSON.parse(original) as { text: string }).text)
    return { originals, came: counts.MISSING_FIELD ?? 0, dropped }
  }

  beforeEach(async () => {
    path = mkdtempSync(join(tmpdir(), 'sluice-quarantine-'))
    await reopen({ inputs: 10 })
  })
  afterEach(async () => {
    await log.close()
    await directory.close()
    rmSync(path, { recursive: true })
  })

  it('keeps the newest inputs up to its bound, and counts all that came', async () => {
    await refuse(texts(1, 8))
    assert.deepEqual(kept(), { originals: texts(1, 8).reverse(), came: 8, dropped: 0 })
    await refuse(texts(9, 13))
    assert.deepEqual(kept(), { originals: texts(4, 13).reverse(), came: 13, dropped: 3 })
    await reopen({ inputs: 4 })
    await refuse(texts(14, 14))
    assert.deepEqual(kept(), { originals: texts(11, 14).reverse(), came: 14, dropped: 10 })
  })

  it('keeps no more bytes than its bound', async () => {
    await reopen({ bytes: 5_000 })
    for (let n = 0; n < 20; n++) await refuse(['x'.repeat(1_000) + n])
    const { originals, came, dropped } = kept()
    assert.deepEqual([originals.length, came, dropped], [4, 20, 16])
    assert.ok(originals[0]?.endsWith('x19') && originals[3]?.endsWith('x16'))
  })

  it('has the room of what was erased', async () => {
    await refuse(texts(1, 10))
    await log.rewrite({ kind: 'erasure', drops: () => false, dropsQuarantined: ({ number }) => number % 2 === 0 })
    await refuse(texts(11, 15))
    assert.deepEqual(kept().dropped, 0)
    assert.equal(kept().originals.length, 10)
    await refuse(texts(16, 16))
    assert.deepEqual(kept(), { originals: ['input 16', ...kept().originals.slice(1)], came: 11, dropped: 1 })
    assert.equal(kept().originals.at(-1), 'input 3')
  })

  it('refuses a bound that is none', async () => {
    for (const quarantine of [{ inputs: 0 }, { bytes: -1 }, { inputs: 1.5 }]) {
      await assert.rejects(reopen(quarantine), (error) => isSluiceError(error, 'OUT_OF_RANGE'))
    }
    await directory.close()
    await reopen()
  })
})
