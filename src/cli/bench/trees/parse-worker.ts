import { parentPort } from 'node:worker_threads'
import { parseBlock } from './parse-block.ts'
import type { ParseJob } from './parse-pool.ts'

parentPort?.on('message', ({ bytes, layout }: ParseJob) => {
  const block = parseBlock(bytes, layout)
  const transfer = [block.values.buffer, ...(block.queries ? [block.queries.buffer] : [])] as ArrayBuffer[]
  parentPort?.postMessage(block, transfer)
})
