import { hashString } from '../../foundation/index.ts'
import type { RefusedInput } from '../quarantine.ts'

/** A record made of a line, before it is checked against the schema. */
export interface ReadRecord {
  readonly record: unknown
  /** The text it was made of. */
  readonly original: string
  /** Its line in the file, from 1. */
  readonly line: number
}

/** Turns the lines of one file, given in order, into records. */
export interface LineReader {
  /** Undefined when the line holds none: it is blank, names the columns or is a part of a row. */
  read(text: string, line: number): ReadRecord | RefusedInput | undefined
  /** What the end of the file leaves. */
  finish(): RefusedInput | undefined
  /** The line at which an unfinished row began. */
  readonly openLine: number | undefined
}

/**
 * An id for a line that brings none. The same line of the same file has the same one at every import, compressed or
 * not, also when the file has grown; another line in its place has another.
 */
export function lineId(fileName: string, line: number, text: string): string {
  const tail = `:${line}:${(hashString(text) >>> 0).toString(16).padStart(8, '0')}`
  return fileName.slice(0, 256 - tail.length) + tail
}
