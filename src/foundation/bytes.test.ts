import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { isSluiceError } from './sluice-error.ts'

type Part =
  | { readonly kind: 'uint32' | 'float64'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'float64s'; readonly value: Float64Array }
  | { readonly kind: 'float32s'; readonly value: Float32Array }
  | { readonly kind: 'int32s'; readonly value: Int32Array }
  | { readonly kind: 'uint32s'; readonly value: Uint32Array }

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const parts: fc.Arbitrary<Part[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('uint32' as const), value: uint32 }),
    fc.record({ kind: fc.constant('float64' as const), value: fc.double() }),
    fc.record({ kind: fc.constant('text' as const), value: fc.string({ unit: 'binary' }) }),
    fc.record({ kind: fc.constant('json' as const), value: fc.jsonValue() }),
    fc.record({ kind: fc.constant('bytes' as const), value: fc.uint8Array() }),
    fc.record({ kind: fc.constant('float64s' as const), value: fc.float64Array() }),
    fc.record({ kind: fc.constant('float32s' as const), value: fc.float32Array() }),
    fc.record({ kind: fc.constant('int32s' as const), value: fc.int32Array() }),
    fc.record({ kind: fc.constant('uint32s' as const), value: fc.uint32Array() }),
  ),
  { maxLength: 12 },
)

function write(writer: ByteWriter, part: Part): void {
  switch (part.kind) {
    case 'uint32':
      return void writer.uint32(part.value)
    case 'float64':
      return void writer.float64(part.value)
    case 'text':
      return void writer.text(part.value)
    case 'json':
      return void writer.json(part.value)
    case 'bytes':
      return void writer.bytes(part.value)
    case 'float64s':
      return void writer.float64s(part.value)
    case 'float32s':
      return void writer.float32s(part.value)
    case 'int32s':
      return void writer.int32s(part.value)
    case 'uint32s':
      return void writer.uint32s(part.value)
  }
}

function written(list: readonly Part[], initialBytes?: number): Uint8Array {
  const writer = new ByteWriter(initialBytes)
  for (const part of list) write(writer, part)
  return writer.finish()
}

function readAll(reader: ByteReader, list: readonly Part[]): unknown[] {
  return list.map(({ kind }) => reader[kind]())
}

describe('what a byte writer writes', () => {
  it('a byte reader reads back, whatever its kinds, order and first size', () => {
    fc.assert(
      fc.property(parts, fc.integer({ min: 0, max: 40 }), (list, initialBytes) => {
        const bytes = written(list, initialBytes)
        assert.deepEqual(bytes, written(list))
        const reader = new ByteReader(bytes, 'MODEL_CORRUPT')
        assert.deepEqual(
          readAll(reader, list),
          list.map(({ value }) => value),
        )
        assert.ok(reader.atEnd)
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  it('is refused with the code of its kind when it is cut, at every length', () => {
    fc.assert(
      fc.property(parts, (list) => {
        const bytes = written(list)
        for (let length = 0; length < bytes.length; length++) {
          const reader = new ByteReader(bytes.subarray(0, length), 'DIRECTORY_CORRUPT')
          assert.throws(
            () => readAll(reader, list),
            (error) => isSluiceError(error, 'DIRECTORY_CORRUPT'),
          )
        }
      }),
      { seed: 2, numRuns: 100 },
    )
  })

  it('is little-endian, with arrays on multiples of eight bytes', () => {
    const bytes = new ByteWriter(1).uint32(0x01020304).float32s(Float32Array.of(1)).text('é').finish()
    assert.deepEqual([...bytes], [...[4, 3, 2, 1], ...[1, 0, 0, 0], ...[0, 0, 0x80, 0x3f], ...[2, 0, 0, 0, 0xc3, 0xa9]])
    const padded = new ByteWriter().text('abc').int32s(Int32Array.of(-1)).finish()
    assert.deepEqual([...padded.subarray(7)], [1, 0, 0, 0, ...[0, 0, 0, 0, 0], 255, 255, 255, 255])
  })

  it('can be read from the middle of other bytes and from a Buffer of Node', () => {
    const bytes = new ByteWriter().text('a').float64s(Float64Array.of(1.5, -0)).finish()
    const wider = new Uint8Array(bytes.length + 20)
    wider.set(bytes, 7)
    for (const given of [wider.subarray(7, 7 + bytes.length), Buffer.from(bytes)]) {
      const reader = new ByteReader(given, 'MODEL_CORRUPT')
      assert.equal(reader.text(), 'a')
      const values = reader.float64s()
      assert.ok(Object.is(values[1], -0) && values[0] === 1.5)
      given.fill(0)
      assert.equal(values[0], 1.5, 'an array is a copy')
    }
  })

  it('keeps a byte order mark and every bit of a number that is none', () => {
    const quiet = new Float64Array(new BigUint64Array([0x7ff8000000000123n]).buffer)
    const bytes = new ByteWriter().text('\ufeffa').float64s(quiet).finish()
    const reader = new ByteReader(bytes, 'MODEL_CORRUPT')
    assert.equal(reader.text(), '\ufeffa')
    assert.equal(new BigUint64Array(reader.float64s().buffer)[0], 0x7ff8000000000123n)
  })

  it('is never a text that could not be read back', () => {
    assert.throws(() => new ByteWriter().text('a\ud800'), /well-formed/)
    const reader = new ByteReader(new ByteWriter().json(['a\ud800']).finish(), 'MODEL_CORRUPT')
    assert.deepEqual(reader.json(), ['a\ud800'])
  })
})

describe('a byte reader', () => {
  const corrupt = (got: RegExp) => (error: unknown) => isSluiceError(error, 'MODEL_CORRUPT') && got.test(error.message)

  it('refuses text that is not UTF-8 or not JSON', () => {
    const broken = new ByteWriter().bytes(Uint8Array.of(0xff, 0xfe)).finish()
    assert.throws(() => new ByteReader(broken, 'MODEL_CORRUPT').text(), corrupt(/not UTF-8/))
    const noJson = new ByteWriter().text('{').finish()
    assert.throws(() => new ByteReader(noJson, 'MODEL_CORRUPT').json(), corrupt(/not JSON/))
  })

  it('refuses a length beyond its end before it takes the memory', () => {
    const huge = new ByteWriter()
      .uint32(2 ** 32 - 1)
      .uint32(0)
      .finish()
    for (const read of ['bytes', 'text', 'json', 'float64s', 'uint32s'] as const) {
      assert.throws(() => new ByteReader(huge, 'MODEL_CORRUPT')[read](), corrupt(/an end that comes too soon/))
    }
  })

  it('says how much is there, what it met and what to do', () => {
    assert.throws(() => new ByteReader(new Uint8Array(3), 'MODEL_CORRUPT').uint32(), {
      message:
        'stored bytes: expected 3 whole bytes, got an end that comes too soon at byte 0; restore the file or rebuild it',
    })
  })

  it('knows when it is at its end', () => {
    assert.ok(new ByteReader(new Uint8Array(0), 'MODEL_CORRUPT').atEnd)
    assert.ok(!new ByteReader(new Uint8Array(1), 'MODEL_CORRUPT').atEnd)
  })
})
