import { messageOf } from '../storage-fault.ts'
import { type LineReader, lineId } from './line-reader.ts'

/** Reads NDJSON: one event a line; a line without an `id` gets one by {@link lineId}. */
export function jsonLines(fileName: string): LineReader {
  return {
    openLine: undefined,
    finish: () => undefined,
    read(text, line) {
      if (text === '' || text.trim() === '') return undefined
      try {
        return { record: withId(JSON.parse(text), fileName, line, text), original: text, line }
      } catch (cause) {
        const message = `line ${line}: expected JSON, got ${messageOf(cause)}; write one object a line`
        return { code: 'MALFORMED_JSON', message, original: text, line }
      }
    },
  }
}

function withId(value: unknown, fileName: string, line: number, text: string): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  const record = value as { id?: unknown }
  if (record.id === undefined || record.id === null) record.id = lineId(fileName, line, text)
  return record
}
