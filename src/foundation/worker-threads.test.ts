import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isSluiceError } from './sluice-error.ts'
import { startThread } from './worker-threads.ts'

const own = new URL('./worker-threads.ts', import.meta.url).href

function moduleOf(code: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(`import * as threads from '${own}'\n${code}`)}`)
}

describe('a thread', () => {
  it('is ready when its module says so, and shares the arrays over shared memory that it is given', async () => {
    const shared = new Int32Array(new SharedArrayBuffer(4))
    const thread = startThread(moduleOf('threads.threadInput().shared[0] = 7; threads.announceThread()'), { shared })
    await thread.ready
    assert.equal(shared[0], 7)
    await thread.stop()
  })

  it('that ends or fails before it is ready says so to whom waits', async () => {
    await assert.rejects(startThread(moduleOf(''), {}).ready, (error) => isSluiceError(error, 'INTERNAL'))
    await assert.rejects(startThread(moduleOf('throw new Error("no")'), {}).ready, /no/)
  })
})
