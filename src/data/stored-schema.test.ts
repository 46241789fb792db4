import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { isSluiceError } from '../foundation/index.ts'
import { category, defineSchema, integer, ref, type Schema, text } from '../problem/index.ts'
import { openDataDirectory } from './data-directory.ts'
import { openEventLog } from './event-log.ts'

const NOW = 1_800_000_000_000
const clock = () => NOW
const users = { user: { country: category() } }
const first = defineSchema({ entities: users, events: { note: { user: ref('user'), text: text() } } })
const wider = defineSchema({
  entities: { ...users, city: {} },
  events: { note: { user: ref('user'), text: text(), stars: integer().optional() }, visit: { city: ref('city') } },
})
const note = (id: string, more: object = {}) => ({ id, type: 'note', at: NOW, user: 'u', text: 't', ...more })

describe('the schema of a data directory', () => {
  let path: string
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'sluice-schema-'))
  })
  afterEach(() => rmSync(path, { recursive: true }))

  /** Appends under a schema, in a process of its own as it were, and returns everything the log holds then. */
  const write = async (schema: Schema, events: readonly object[]) => {
    const directory = openDataDirectory(path, { mode: 'write', clock })
    try {
      const log = openEventLog(directory, { schema, clock })
      assert.deepEqual((await log.append(events)).rejected, [])
      await log.close()
      return [...log.read()].flatMap(({ records }) => records)
    } finally {
      await directory.close()
    }
  }
  const read = async (schema: Schema) => {
    const directory = openDataDirectory(path, { mode: 'read' })
    try {
      return openEventLog(directory, { schema, clock }).head
    } finally {
      await directory.close()
    }
  }
  const refuses = (attempt: Promise<unknown>, details: readonly string[], message = /./) =>
    assert.rejects(attempt, (error) => {
      assert.ok(isSluiceError(error, 'SCHEMA_INCOMPATIBLE'), String(error))
      assert.deepEqual(error.details, details)
      assert.match(error.message, message)
      return true
    })

  it('may get optional fields, entities and event types, and old records stay as they are', async () => {
    await write(first, [note('a')])
    const records = await write(wider, [note('b', { stars: 3 }), { id: 'c', type: 'visit', at: NOW, city: 'Ulm' }])
    assert.deepEqual(records[0], note('a'))
    assert.deepEqual(records[1], note('b', { stars: 3 }))
    assert.equal(await read(wider), 3)
  })

  it('is refused with every fault when the log could not be read under it, and nothing is lost', async () => {
    await write(first, [note('a')])
    await write(wider, [note('b')])
    const faults = [
      'entity city: it is missing now; records of it are stored',
      'event note.stars: it is missing now; stored records have it',
      'event visit: it is missing now; records of it are stored',
    ]
    await refuses(write(first, []), faults, /since offset 2, got 3 faults: entity city.*put back/)
    await refuses(read(first), faults)
    assert.equal(await read(wider), 2)
  })

  it('is remembered with the first records under it, not when the directory is only opened', async () => {
    await write(first, [note('a')])
    const directory = openDataDirectory(path, { mode: 'write', clock })
    const log = openEventLog(directory, { schema: wider, clock })
    assert.equal(await log.close(), undefined)
    await directory.close()
    assert.equal(await read(first), 1)
    await write(first, [note('b')])
  })

  it('is taken as given by a directory of an earlier version, which remembers none', async () => {
    await write(first, [note('a')])
    const directory = openDataDirectory(path, { mode: 'write', clock })
    await directory.storage.commit({ batches: [], subjects: [], quarantine: [], facts: [['schemas', []]] })
    await directory.close()
    const other = defineSchema({ entities: { user: {} }, events: { note: { user: ref('user') } } })
    assert.equal(await read(other), 1)
    await write(other, [{ id: 'b', type: 'note', at: NOW, user: 'u' }])
    await refuses(read(defineSchema({ entities: { user: {} }, events: {} })), [
      'event note: it is missing now; records of it are stored',
    ])
  })
})
