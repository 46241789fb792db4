import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { type ErrorCode, isSluiceError } from '../../../foundation/index.ts'
import { temporaryFolder } from '../../../testing/index.ts'
import { readInitialScores, readPositions, readWeights } from './row-files.ts'

const folder = temporaryFolder()

describe('a file with a line a row', () => {
  it('numbers positions as they come up, and holds classes side by side', async () => {
    assert.deepEqual(await readWeights(written('w', '1\n0\n2.5\n'), 3), Float64Array.of(1, 0, 2.5))
    assert.deepEqual(await readPositions(written('p', 'top\nside\ntop\n'), 3), Int32Array.of(0, 1, 0))
    assert.deepEqual(await readInitialScores(written('i', '1\t2\n3\t-4.5\n'), 2), Float64Array.of(1, 3, 2, -4.5))
  })

  it('is refused when it does not fit the rows', async () => {
    const refuses = (code: ErrorCode, reading: Promise<unknown>) =>
      assert.rejects(reading, (error) => isSluiceError(error, code))
    await refuses('SHAPE_MISMATCH', readWeights(written('w', '1\n2\n'), 3))
    await refuses('MALFORMED_ROW', readWeights(written('w', '1\n-2\n'), 2))
    await refuses('MALFORMED_ROW', readWeights(written('w', '1\nheavy\n'), 2))
    await refuses('MALFORMED_ROW', readInitialScores(written('w', '1\t2\n3\n'), 2))
    await refuses('FILE_NOT_FOUND', readPositions(join(folder, 'none'), 2))
  })
})

function written(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}
