import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { isOpenRow, parseQuotedRow } from './delimited-row.ts'

describe('a quoted row', () => {
  it('reads the examples of RFC 4180, section 2', () => {
    assert.deepEqual(parseQuotedRow('aaa,bbb,ccc', ','), ['aaa', 'bbb', 'ccc'])
    assert.deepEqual(parseQuotedRow('"aaa","bbb","ccc"', ','), ['aaa', 'bbb', 'ccc'])
    assert.deepEqual(parseQuotedRow('"aaa","b\r\nbb","ccc"', ','), ['aaa', 'b\r\nbb', 'ccc'])
    assert.deepEqual(parseQuotedRow('"aaa","b""bb","ccc"', ','), ['aaa', 'b"bb', 'ccc'])
    assert.deepEqual(parseQuotedRow('11,"American President, The (1995)",Drama', ','), [
      '11',
      'American President, The (1995)',
      'Drama',
    ])
    assert.deepEqual(parseQuotedRow('"",,""', ','), ['', '', ''])
  })

  it('gives back the cells that were written, whatever they hold and whatever stands between them', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', ':', ' ') })
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), fc.constantFrom(',', '::', '\t'), (cells, delimiter) => {
        const row = cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(delimiter)
        assert.deepEqual(parseQuotedRow(row, delimiter), cells)
        assert.ok(!isOpenRow(row))
        assert.ok(isOpenRow(row.slice(0, -1)))
      }),
      { seed: 2, numRuns: 500 },
    )
  })

  it('is refused when a quote is open or something follows a closing one', () => {
    assert.equal(parseQuotedRow('a,"b', ','), undefined)
    assert.equal(parseQuotedRow('a,"b"c', ','), undefined)
  })
})
