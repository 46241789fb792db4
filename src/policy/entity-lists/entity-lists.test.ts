import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader, ByteWriter, isSluiceError } from '../../foundation/index.ts'
import { EntityLists } from './entity-lists.ts'
import type { ListRecord } from './list-record.ts'
import { readListLines } from './read-list-lines.ts'

const MOST = 4

function bytesOf(lists: EntityLists): Uint8Array {
  const writer = new ByteWriter()
  lists.save(writer)
  return writer.finish()
}

function loaded(bytes: Uint8Array): EntityLists {
  const lists = new EntityLists({ entries: MOST })
  lists.load(new ByteReader(bytes, 'DIRECTORY_CORRUPT'))
  return lists
}

function isRefused(lists: EntityLists, record: ListRecord): boolean {
  try {
    lists.apply(record)
    return false
  } catch (error) {
    assert.ok(isSluiceError(error, 'LIMIT_EXCEEDED'))
    return true
  }
}

type Added = Extract<ListRecord, { kind: 'add' }>

/** The same by a list and filters. */
class NaiveLists {
  #entries: Added[] = []

  isRefused(record: ListRecord): boolean {
    const others = this.#entries.filter(({ list, key }) => list !== record.list || key !== record.key)
    const isHeld = others.length < this.#entries.length
    if (record.kind === 'remove') this.#entries = others
    else if (isHeld) this.#entries = [...others, record]
    else {
      if (this.#entries.length >= MOST) this.#entries = this.#entries.filter((entry) => holds(entry, record.at))
      if (this.#entries.length >= MOST) return true
      this.#entries.push(record)
    }
    return false
  }

  find(key: string, at: number): Added | undefined {
    const found = this.#entries.filter((entry) => entry.key === key && holds(entry, at))
    return found.find(({ list }) => list === 'block') ?? found[0]
  }
}

function holds({ expiresAt }: Added, at: number): boolean {
  return expiresAt === undefined || expiresAt > at
}

const record = fc
  .record({
    list: fc.constantFrom<'allow' | 'block'>('allow', 'block'),
    key: fc.constantFrom('a', 'b', 'c', '__proto__', '\ud800'),
    at: fc.nat(20),
    lasts: fc.option(fc.integer({ min: 1, max: 10 })),
    isRemoval: fc.boolean(),
  })
  .map(({ list, key, at, lasts, isRemoval }): ListRecord => {
    const entry = { list, entity: 'card', key, by: 'ann', at }
    if (isRemoval) return { kind: 'remove', ...entry }
    return { kind: 'add', ...entry, reason: `for ${lasts}`, ...(lasts === null ? {} : { expiresAt: at + lasts }) }
  })

function added(list: 'allow' | 'block', entity: string, key: string): ListRecord {
  return { kind: 'add', list, entity, key, reason: 'seen before', by: 'ann', at: 1 }
}

describe('allow and block lists', () => {
  it('answer as a list and filters do, also after they are saved and loaded', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 40 }), fc.nat(40), (records, stop) => {
        let lists = new EntityLists({ entries: MOST })
        const whole = new EntityLists({ entries: MOST })
        const naive = new NaiveLists()
        for (const [index, each] of records.entries()) {
          if (index === stop) lists = loaded(bytesOf(lists))
          const refused = naive.isRefused(each)
          assert.equal(isRefused(lists, each), refused)
          isRefused(whole, each)
          for (const key of ['a', 'b', 'c', '__proto__']) {
            for (const at of [0, each.at, each.at + 1, 15, 40]) {
              const expected = naive.find(key, at)
              const found = lists.find('card', key, at)
              assert.deepEqual([found?.list, found?.reason], [expected?.list, expected?.reason])
            }
          }
        }
        assert.deepEqual(bytesOf(lists), bytesOf(whole))
        assert.deepEqual(bytesOf(loaded(bytesOf(lists))), bytesOf(lists))
      }),
      { seed: 62, numRuns: 400 },
    )
  })

  it('block an event of which one key is blocked, whatever others are allowed', () => {
    const lists = new EntityLists()
    for (const each of [added('allow', 'card', 'c1'), added('block', 'terminal', 't1')]) lists.apply(each)
    const find = (card: string, terminal: string) => {
      const keys = { card, terminal }
      return lists.findFirst(Object.entries(keys), 5)?.list
    }
    assert.deepEqual(
      [find('c1', 't1'), find('c1', 't2'), find('c2', 't1'), find('c2', 't2')],
      ['block', 'allow', 'block', undefined],
    )
    assert.deepEqual(
      Array.from(lists.entries(5), ({ key }) => key),
      ['c1', 't1'],
    )
  })

  it('tell of every line of an import what became of it', () => {
    const line = (fields: object) => JSON.stringify({ list: 'block', entity: 'card', key: 'c', reason: 'x', ...fields })
    const text = [
      line({ key: 'c1' }),
      '',
      'no JSON',
      '[]',
      line({ list: 'grey' }),
      line({ entity: 'shop' }),
      line({ key: '' }),
      line({ expiresAt: 7 }),
      line({ until: 9 }),
      line({ key: 'c2', expiresAt: 12 }),
      line({ key: 'c3' }),
    ].join('\n')
    const { accepted, rejected } = readListLines(text, { by: 'ann', at: 10, entities: ['card'] })
    assert.deepEqual(
      rejected.map(({ line: number, code }) => [number, code]),
      [
        [3, 'MALFORMED_JSON'],
        [4, 'MALFORMED_JSON'],
        [5, 'INVALID_ARGUMENT'],
        [6, 'INVALID_ARGUMENT'],
        [7, 'INVALID_ARGUMENT'],
        [8, 'OUT_OF_RANGE'],
        [9, 'UNKNOWN_FIELD'],
      ],
    )
    assert.deepEqual(
      accepted.map(({ line: number, record }) => [number, record.key, record.expiresAt]),
      [
        [1, 'c1', undefined],
        [10, 'c2', 12],
        [11, 'c3', undefined],
      ],
    )
  })

  it('read rows of a delimited file as they read lines of JSON', () => {
    const rows = [
      '\uFEFFkey,reason,expiresAt,list',
      'c1,"stolen, with ""papers""",1767225600000,\r',
      '',
      'c2,reported,2026-01-01,allow',
      'c3,reported,soon,',
      'c4,reported',
      'c5,"open,2026-01-01,',
      'c6,,,',
      'c7,\uFFFD,,',
      'c8,reported,,grey',
      'c9,reported,,',
    ]
    const options = { by: 'ann', at: 10, list: 'block', entity: 'card', entities: ['card'] } as const
    const { accepted, rejected } = readListLines(rows.join('\n'), { ...options, format: 'csv' })
    assert.deepEqual(
      rejected.map(({ line, code }) => [line, code]),
      [
        [5, 'INVALID_ARGUMENT'],
        [6, 'MALFORMED_ROW'],
        [7, 'MALFORMED_ROW'],
        [8, 'INVALID_ARGUMENT'],
        [9, 'MALFORMED_ROW'],
        [10, 'INVALID_ARGUMENT'],
      ],
    )
    const lines = [
      { key: 'c1', reason: 'stolen, with "papers"', expiresAt: 1_767_225_600_000 },
      { key: 'c2', reason: 'reported', list: 'allow', expiresAt: '2026-01-01T00:00:00Z' },
      { key: 'c9', reason: 'reported' },
    ]
    const same = readListLines(lines.map((line) => JSON.stringify(line)).join('\n'), options)
    assert.deepEqual(
      same.accepted.map(({ record }) => record),
      accepted.map(({ record }) => record),
    )
    assert.equal(accepted[1]?.record.expiresAt, 1_767_225_600_000)
    for (const header of ['', 'reason,key,until', 'list,reason', 'key,key']) {
      assert.throws(
        () => readListLines(`${header}\nc1,x`, { ...options, format: 'csv' }),
        (error) => isSluiceError(error, 'INVALID_ARGUMENT'),
      )
    }
    assert.throws(
      () => readListLines('\n\n\n', { ...options, most: 2 }),
      (error) => isSluiceError(error, 'LIMIT_EXCEEDED'),
    )
  })
})
