import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readNdjson } from './read-ndjson.ts'

describe('newline-delimited JSON', () => {
  it('is read line by line, whatever ends the lines, with the line of every value', () => {
    const { values, lines, refused } = readNdjson(Buffer.from('{"a":1}\r\n\n  \n[2]\n"x"'))
    assert.deepEqual(values, [{ a: 1 }, [2], 'x'])
    assert.deepEqual(lines, [0, 3, 4])
    assert.deepEqual(refused, [])
  })

  it('is empty when there is nothing', () => {
    for (const text of ['', '\n', ' \r\n']) assert.deepEqual(readNdjson(Buffer.from(text)).values, [])
  })

  it('keeps the bytes of a line that is no JSON or no UTF-8, and reads on', () => {
    const bad = Buffer.from([0x7b, 0xff, 0x7d])
    const body = Buffer.concat([Buffer.from('{"a":\n'), bad, Buffer.from('\n1')])
    const { values, refused } = readNdjson(body)
    assert.deepEqual(values, [1])
    assert.deepEqual(
      refused.map(({ line, code, original }) => [line, code, Buffer.from(original)]),
      [
        [1, 'MALFORMED_JSON', Buffer.from('{"a":')],
        [2, 'MALFORMED_JSON', bad],
      ],
    )
    for (const { message } of refused) assert.match(message, /^line \d: expected JSON in UTF-8, got .*; write one/)
  })
})
