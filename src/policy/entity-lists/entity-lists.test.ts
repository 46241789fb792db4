import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader, ByteWriter, isSluiceError } from '../../foundation/index.ts'
import { EntityLists } from './entity-lists.ts'
import type { ListRecord } from './list-record.ts'
import { applyListLines, readListLines } from './read-list-lines.ts'

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
    const lists = new EntityLists({ entries: 2 })
    const result = applyListLines(lists, accepted)
    assert.deepEqual(
      [result.accepted.map(({ line: number }) => number), result.rejected.map(({ line: number }) => number)],
      [[1, 10], [11]],
    )
    assert.equal(result.rejected[0]?.code, 'LIMIT_EXCEEDED')
    assert.equal(lists.find('card', 'c2', 11)?.reason, 'x')
    assert.equal(lists.find('card', 'c2', 12), undefined)
  })
})
