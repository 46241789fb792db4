import { isUtf8 } from 'node:buffer'
import type { RefusedInput } from '../../data/index.ts'

/** The lines of a body: what could be read as JSON, and what could not. */
export interface NdjsonLines {
  readonly values: readonly unknown[]
  /** Same length as `values`: the line of each, from 0. */
  readonly lines: readonly number[]
  readonly refused: readonly (RefusedInput & { readonly line: number })[]
}

const LINE_FEED = 10

/** Reads newline-delimited JSON; blank lines count as lines and give nothing. Lines of `refused` run from 1. */
export function readNdjson(body: Buffer): NdjsonLines {
  const values: unknown[] = []
  const lines: number[] = []
  const refused: (RefusedInput & { line: number })[] = []
  let start = 0
  for (let line = 0; start < body.length; line++) {
    const feed = body.indexOf(LINE_FEED, start)
    const bytes = body.subarray(start, feed < 0 ? body.length : feed)
    start = feed < 0 ? body.length : feed + 1
    const problem = readLine(bytes, (value) => {
      values.push(value)
      lines.push(line)
    })
    if (problem === undefined) continue
    const message = `line ${line + 1}: expected JSON in UTF-8, got ${problem}; write one object a line`
    refused.push({ code: 'MALFORMED_JSON', message, original: bytes, line: line + 1 })
  }
  return { values, lines, refused }
}

function readLine(bytes: Buffer, take: (value: unknown) => void): string | undefined {
  if (!isUtf8(bytes)) return 'other bytes'
  const text = bytes.toString().trim()
  if (text === '') return undefined
  try {
    take(JSON.parse(text))
    return undefined
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}
