import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { isSluiceError, randomFrom } from '../../foundation/index.ts'
import { LiveTextIndex } from './live-text-index.ts'
import { searchText } from './search-text.ts'
import type { TextIndexOptions } from './text-fields.ts'
import { saveTextIndex } from './text-file.ts'
import { TextIndexFolder } from './text-index-folder.ts'

const OPTIONS: TextIndexOptions = { fields: { text: { kind: 'text' }, price: { kind: 'number' } } }
const TUNING = { segmentWords: 300 }
const root = mkdtempSync(join(tmpdir(), 'sluice-text-'))
after(() => rmSync(root, { recursive: true, force: true }))

/** A change of the index for each position of a log. */
function apply(index: LiveTextIndex, from: number, to: number): LiveTextIndex {
  for (let position = from; position < to; position++) {
    const random = randomFrom(position, 'text index folder')
    const id = `${random.integer(400)}`
    if (random.uniform() < 0.2) index.delete(id)
    else {
      const text = Array.from({ length: 3 + random.integer(9) }, () => `w${Math.floor(90 ** random.uniform())}`).join(
        ' ',
      )
      index.add({ id, text, price: random.integer(9) })
    }
  }
  return index
}

function answers(index: LiveTextIndex): unknown {
  index.refresh()
  while (index.work(10_000));
  const snapshot = index.refresh()
  return ['w1 w2', '"w1 w3"', 'w40 price:2..5', 'w7 w50 -w2'].map((query) =>
    searchText(snapshot, query, { limit: 50, explain: true }),
  )
}

describe('a text index in a folder', () => {
  it('goes on from where it was saved as if it had never stopped', async () => {
    const folder = join(root, 'goes-on')
    let index = new LiveTextIndex(OPTIONS, TUNING)
    for (let position = 0; position < 3000; position += 250) {
      apply(index, position, position + 250)
      await new TextIndexFolder(folder).save(index, position + 250)
      const opened = new TextIndexFolder(folder).open(OPTIONS, TUNING)
      assert.equal(opened?.position, position + 250)
      index = opened.index
    }
    const never = apply(new LiveTextIndex(OPTIONS, TUNING), 0, 3000)
    assert.deepEqual(index.size, never.size)
    assert.deepEqual(index.fixedLengths, never.fixedLengths)
    assert.deepEqual(answers(index), answers(never))
    assert.deepEqual(saveTextIndex(index.compact()), saveTextIndex(never.compact()))
  })

  it('writes a segment once, and keeps no file that the index does not need', async () => {
    const place = join(root, 'once')
    const folder = new TextIndexFolder(place)
    const index = new LiveTextIndex(OPTIONS, { ...TUNING, mergeShare: 0 })
    await folder.save(apply(index, 0, 500), 500)
    const before = readdirSync(place)
    await folder.save(apply(index, 500, 600), 600)
    const later = readdirSync(place)
    assert.ok(before.every((name) => later.includes(name)))
    index.compact()
    await folder.save(index, 600)
    assert.equal(readdirSync(place).filter((name) => name.startsWith('segment-')).length, 1)
  })

  it('is the one saved last when writing was cut short', async () => {
    const place = join(root, 'cut')
    const index = apply(new LiveTextIndex(OPTIONS, TUNING), 0, 400)
    await new TextIndexFolder(place).save(index, 400)
    const saved = answers(index)
    const cut = join(root, 'cut-copy')
    cpSync(place, cut, { recursive: true })
    writeFileSync(join(cut, 'segment-90.bin'), 'half a segment')
    writeFileSync(join(cut, 'manifest.json.draft'), 'half a manifest')
    const folder = new TextIndexFolder(cut)
    const opened = folder.open(OPTIONS, TUNING)
    assert.equal(opened?.position, 400)
    assert.deepEqual(answers(opened.index), saved)
    await folder.save(apply(opened.index, 400, 500), 500)
    assert.ok(!readdirSync(cut).includes('segment-90.bin'))
    assert.equal(new TextIndexFolder(cut).open(OPTIONS)?.position, 500)
  })

  it('is refused when a file is damaged or missing, or the fields are others', async () => {
    const place = join(root, 'damaged')
    await new TextIndexFolder(place).save(apply(new LiveTextIndex(OPTIONS, TUNING), 0, 100), 100)
    const refuses = (code: 'MODEL_CORRUPT' | 'MODEL_MISMATCH', options: TextIndexOptions = OPTIONS) =>
      assert.throws(
        () => new TextIndexFolder(place).open(options),
        (error) => isSluiceError(error, code),
      )
    refuses('MODEL_MISMATCH', { ...OPTIONS, k1: 0.9 })
    for (const name of readdirSync(place)) {
      const whole = readFileSync(join(place, name))
      for (const at of [0, whole.length >>> 1, whole.length - 1]) {
        writeFileSync(
          join(place, name),
          whole.map((byte, place) => (place === at ? byte ^ 1 : byte)),
        )
        refuses('MODEL_CORRUPT')
      }
      if (name.startsWith('segment-')) {
        rmSync(join(place, name))
        refuses('MODEL_CORRUPT')
      }
      writeFileSync(join(place, name), whole)
    }
    assert.equal(new TextIndexFolder(place).open(OPTIONS)?.position, 100)
    assert.equal(new TextIndexFolder(join(root, 'empty')).open(OPTIONS), undefined)
  })
})
