import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { isSluiceError } from '../../foundation/index.ts'
import { NameNumbers, readDelimitedFile, readLightGcnFile } from './interaction-files.ts'

describe('files of interactions', () => {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-'))
  })
  after(() => rm(folder, { recursive: true }))

  const written = async (name: string, text: string): Promise<string> => {
    const file = join(folder, name)
    await writeFile(file, name.endsWith('.gz') ? gzipSync(text) : text)
    return file
  }
  const names = () => ({ users: new NameNumbers(), items: new NameNumbers() })
  const columns = { user: 'user', item: 'item' }

  it("in LightGCN's layout hold a user and items on each line, packed or not", async () => {
    for (const name of ['train.txt', 'train.txt.gz']) {
      const pairs = await readLightGcnFile(await written(name, '0 4 2\n\n2 1 \r\n3\n'))
      assert.deepEqual(pairs, { users: Int32Array.of(0, 0, 2), items: Int32Array.of(4, 2, 1) })
    }
  })

  it('with a header have names that are numbered as they come up, in any column', async () => {
    const file = await written('ratings.tsv.gz', 'rating\titem\tuser\n3\tx\tann\n4\ty\tbob\n1\tx\tbob\n')
    const pairs = await readDelimitedFile(file, columns, names())
    assert.deepEqual(pairs, { users: Int32Array.of(0, 1, 1), items: Int32Array.of(0, 1, 0), times: undefined })
  })

  it('of one data set share their numbers', async () => {
    const shared = names()
    await readDelimitedFile(await written('train.csv', 'user,item\nann,x\nbob,y\n'), columns, shared)
    const test = await readDelimitedFile(await written('test.csv', 'item,user\ny,ann\n'), columns, shared)
    assert.deepEqual(test, { users: Int32Array.of(0), items: Int32Array.of(1), times: undefined })
  })

  it('that are malformed are refused with the line', async () => {
    const refused = (line: number) => (error: unknown) =>
      isSluiceError(error, 'MALFORMED_ROW') && error.message.includes(`line ${line}:`)
    await assert.rejects(readLightGcnFile(await written('bad.txt', '0 1\n\n1 -2\n')), refused(3))
    await assert.rejects(readLightGcnFile(await written('twice.txt', '0 1\n1 1\n0 2\n')), refused(3))
    await assert.rejects(readLightGcnFile(await written('none.txt', '\n\n')), refused(1))
    await assert.rejects(readLightGcnFile(await written('users.txt', '0\n1\n')), refused(1))
    const stars = { ...columns, atLeast: { column: 'stars', value: 3 } }
    await assert.rejects(
      readDelimitedFile(await written('d.csv', 'user,item,stars\na,b,many\n'), stars, names()),
      refused(2),
    )
    await assert.rejects(
      readDelimitedFile(await written('e.csv', 'user,item,stars\na,b,2\n'), stars, names()),
      refused(1),
    )
    await assert.rejects(readDelimitedFile(await written('a.csv', 'user,film\n'), columns, names()), refused(1))
    await assert.rejects(readDelimitedFile(await written('b.csv', 'user,item\na,b\nc\n'), columns, names()), refused(3))
    await assert.rejects(readDelimitedFile(await written('c.csv', ''), columns, names()), refused(1))
  })

  it('that are missing or not what their name says are refused', async () => {
    await assert.rejects(readLightGcnFile(join(folder, 'none')), (error) => isSluiceError(error, 'FILE_NOT_FOUND'))
    const torn = join(folder, 'torn.gz')
    await writeFile(torn, 'this is not packed')
    await assert.rejects(readLightGcnFile(torn), (error) => isSluiceError(error, 'FILE_UNREADABLE'))
  })
})
