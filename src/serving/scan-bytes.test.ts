import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { temporaryFolder } from '../testing/index.ts'
import { scanBytes } from './scan-bytes.ts'

/** A folder with these files. */
function folderOf(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'deep', 'er'), { recursive: true })
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return folder
}

describe('a scan of bytes', () => {
  it('counts what splitting the files at the text counts, overlaps aside', async () => {
    const words = fc.array(fc.constantFrom('anna', '-', 'x', '7', 'annan'), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(words, words, async (first, second) => {
        const [a, b] = [first.join(''), second.join('')]
        const scan = await scanBytes(folderOf({ a, 'deep/er/b': b }), 'anna')
        const naive = (text: string): number => [...text].filter((_, index) => text.startsWith('anna', index)).length
        assert.deepEqual([scan.files, scan.bytes], [2, a.length + b.length])
        assert.equal(scan.occurrences, naive(a) + naive(b))
      }),
      { seed: 1, numRuns: 60 },
    )
  })

  it('finds what lies across the border of two reads', async () => {
    for (const before of [0, 1, 3, 4, 5, 6, 7]) {
      const content = Buffer.alloc(9_000_000, 0)
      content.write('person', (1 << 22) - before)
      content.write('person', 8_999_994)
      const scan = await scanBytes(folderOf({ content }), 'person')
      assert.deepEqual([scan.occurrences, scan.wholeOccurrences], [2, 2], `${before} bytes before`)
    }
  })

  it('tells a whole name from one that begins or ends another', async () => {
    const scan = await scanBytes(folderOf({ a: '"u4","u42","au4"', b: 'u4', c: 'u4\u0000u4' }), 'u4')
    assert.deepEqual([scan.occurrences, scan.wholeOccurrences], [6, 4])
  })

  it('finds a name as JSON writes it', async () => {
    const id = 'a"b\\c\u00e9\n'
    const plain = Buffer.from(id)
    const folder = folderOf({ plain, json: JSON.stringify({ id }), ascii: '"a\\"b\\\\c\\u00e9\\n"' })
    assert.equal((await scanBytes(folder, id)).occurrences, 3)
  })

  it("leaves LMDB's lock tables alone, whose locks end when anybody closes them", async () => {
    const scan = await scanBytes(folderOf({ 'lock.mdb': 'anna', 'data.mdb': 'anna' }), 'anna')
    assert.deepEqual([scan.files, scan.occurrences], [1, 1])
  })
})
