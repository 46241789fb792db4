import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ERROR_CODES } from '../src/foundation/index.ts'

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')

describe('docs/errors.md', () => {
  it('describes every error code once, and no other', () => {
    const described = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1])
    assert.deepEqual(described.toSorted(), [...ERROR_CODES].sort())
  })

  it('says of each code when it comes and what to do', () => {
    const rows = page.split('\n').filter((line) => line.startsWith('| `'))
    assert.equal(rows.length, ERROR_CODES.length)
    for (const row of rows) assert.match(row, /^\| `[A-Z_]+` \| [^|]{10,} \| [^|]{4,} \|$/)
  })
})
