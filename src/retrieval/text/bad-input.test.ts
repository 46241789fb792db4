import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type ErrorCode, isSluiceError } from '../../foundation/index.ts'
import { LiveTextIndex } from './live-text-index.ts'
import { searchText } from './search-text.ts'
import type { TextDocument } from './text-fields.ts'
import { TextIndexBuilder } from './text-index-builder.ts'

const newBuilder = () =>
  new TextIndexBuilder({ fields: { text: { kind: 'text' }, price: { kind: 'number' }, at: { kind: 'date' } } })

const throwsCode = (code: ErrorCode, work: () => unknown) => assert.throws(work, (error) => isSluiceError(error, code))

describe('a query of any kind', () => {
  const builder = newBuilder()
  for (const [number, text] of ['the quick fox', 'a lazy dog', 'emoji 🎉 party', 'c plus plus'].entries()) {
    builder.add({ id: `${number}`, text, price: number })
  }
  const index = builder.build()
  const ids = (text: string) => searchText(index, text).hits.map(({ id }) => id)

  it('that says nothing finds nothing', () => {
    for (const text of [
      '',
      ' ',
      '\n\t',
      'q',
      'the of and',
      '🎉',
      '\0\u0007\u001b',
      '"',
      '""',
      '+',
      '-',
      '"the"',
      '-dog',
      '~3',
      ':',
    ]) {
      assert.deepEqual(ids(text), [], JSON.stringify(text))
    }
  })

  it('is read as words where a quote has no other end', () => {
    assert.deepEqual(ids('"quick fox'), ['0'])
    assert.deepEqual(ids('lazy" dog'), ['1'])
    assert.deepEqual(ids('+"lazy'), ['1'])
  })

  it('may be very long', () => {
    assert.deepEqual(ids(`fox ${'x'.repeat(100_000)}`), ['0'])
    assert.deepEqual(ids('fox '.repeat(25_000)), ['0'])
    assert.equal(ids('"lazy dog" '.repeat(9000)).length, 1)
    assert.deepEqual(ids(`${'"'.repeat(9001)}fox${'"'.repeat(90_000)}`), ['0'])
  })

  it('may mix scripts, marks and halves of signs', () => {
    assert.deepEqual(ids('ＦＯＸ \ud83c лиса 狐'), ['0'])
  })

  it('is refused with a filter on a field that is none, or of another kind', () => {
    throwsCode('UNKNOWN_FIELD', () => searchText(index, 'fox', { filters: { colour: 'red' } }))
    throwsCode('UNKNOWN_FIELD', () => searchText(index, 'fox', { filters: { text: 'fox' } }))
    throwsCode('WRONG_TYPE', () => searchText(index, 'fox', { filters: { price: 'cheap' } }))
    throwsCode('WRONG_TYPE', () => searchText(index, 'fox price:cheap'))
    throwsCode('WRONG_TYPE', () => searchText(index, 'fox', { filters: { at: { min: 'soon' } } }))
  })

  it('is refused with a limit that is none', () => {
    for (const limit of [0, -1, 1.5, Number.NaN, 1e9])
      throwsCode('INVALID_ARGUMENT', () => searchText(index, 'fox', { limit }))
  })
})

describe('a document of any kind', () => {
  it('is refused without an id, with a field that is not declared or of another kind, and leaves no trace', () => {
    const builder = newBuilder()
    const add = (document: object) => () => builder.add(document as TextDocument)
    throwsCode('MISSING_FIELD', add({ text: 'no id' }))
    throwsCode('MISSING_FIELD', add({ id: '', text: 'no id' }))
    throwsCode('MISSING_FIELD', add({ id: 7, text: 'number' }))
    throwsCode('ID_TOO_LONG', add({ id: 'x'.repeat(2000) }))
    throwsCode('UNKNOWN_FIELD', add({ id: '1', colour: 'red' }))
    throwsCode('WRONG_TYPE', add({ id: '1', text: 7 }))
    throwsCode('WRONG_TYPE', add({ id: '1', text: 'refused', price: 'seven' }))
    throwsCode('LIMIT_EXCEEDED', add({ id: '1', text: 'word '.repeat(2_500_000) }))
    builder.add({ id: '1', text: 'kept' })
    const index = builder.build()
    assert.equal(index.size, 1)
    assert.deepEqual(searchText(index, 'refused').hits, [])
  })

  it('is refused when it would hold others up for long, but not where nobody waits', () => {
    const long = { id: '1', text: 'word '.repeat(30_000) }
    throwsCode('LIMIT_EXCEEDED', () => new LiveTextIndex({ fields: { text: { kind: 'text' } } }).add(long))
    const builder = newBuilder()
    builder.add(long)
    assert.equal(builder.build().size, 1)
  })

  it('takes the place of an earlier one of its id', () => {
    const builder = newBuilder()
    builder.add({ id: '1', text: 'old words', price: 5 })
    builder.add({ id: '1', text: 'new words', price: 9 })
    const index = builder.build()
    assert.equal(index.size, 1)
    assert.deepEqual(searchText(index, 'old').hits, [])
    assert.deepEqual(searchText(index, 'words price:5').hits, [])
    assert.equal(searchText(index, 'words price:9').hits.length, 1)
  })

  it('may say nothing at all', () => {
    const builder = newBuilder()
    builder.add({ id: '1', text: '' })
    builder.add({ id: '2' })
    builder.add({ id: '3', text: [] })
    assert.equal(builder.build().size, 3)
  })
})

describe('options that make no sense', () => {
  it('are refused', () => {
    throwsCode('INVALID_ARGUMENT', () => new TextIndexBuilder({ fields: {} }))
    throwsCode('INVALID_ARGUMENT', () => new TextIndexBuilder({ fields: { id: { kind: 'text' } } }))
    throwsCode('INVALID_ARGUMENT', () => new TextIndexBuilder({ fields: { text: { kind: 'text', boost: 0 } } }))
    throwsCode('INVALID_ARGUMENT', () => new TextIndexBuilder({ fields: { text: { kind: 'text' } }, b: 1.5 }))
    throwsCode('INVALID_ARGUMENT', () => new TextIndexBuilder({ fields: { text: { kind: 'text' } }, k1: Number.NaN }))
  })
})
