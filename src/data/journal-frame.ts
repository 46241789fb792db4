import { crc32 } from 'node:zlib'
import type { Writes } from './store.ts'

/*
 * A frame of the journal: one commit. It begins on a multiple of 512 bytes, so that no write touches a sector of the
 * frame before, and is filled up with zeros. Little-endian:
 *
 *   byte  0  magic, uint32
 *   byte  4  CRC-32 of bytes 8-23 and of all that follows up to the length, uint32
 *   byte  8  number of the commit, float64
 *   byte 16  length without the filling, uint32
 *   byte 20  length of the head, uint32
 *   byte 24  head, JSON: [[first offset, length] of each batch], [... of each row of the subject index], facts
 *            then the bytes of the batches and of the rows
 */
const MAGIC = 0x4c4a4c53
const HEADER_BYTES = 24
/** Frames begin on multiples of it. */
export const FRAME_ALIGNMENT = 512

/** What a commit of the journal writes: neither quarantined inputs nor what a rewrite does. */
export type JournaledWrites = Pick<Writes, 'batches' | 'subjects' | 'facts'>

/** A commit with its number; numbers rise by one. */
export interface NumberedWrites {
  readonly number: number
  readonly writes: JournaledWrites
  /** Of its frame. */
  readonly bytes: number
}

type Sizes = [firstOffset: number, length: number][]
type Head = [batches: Sizes, subjects: Sizes, facts: JournaledWrites['facts']]

/** The bytes of a commit's frame; a multiple of {@link FRAME_ALIGNMENT}. O(bytes). */
export function encodeFrame(number: number, { batches, subjects, facts }: JournaledWrites): Buffer {
  const sizesOf = (rows: JournaledWrites['batches']): Sizes => rows.map(([offset, { length }]) => [offset, length])
  const head = Buffer.from(JSON.stringify([sizesOf(batches), sizesOf(subjects), facts] satisfies Head))
  let length = HEADER_BYTES + head.length
  for (const rows of [batches, subjects]) for (const [, bytes] of rows) length += bytes.length
  const frame = Buffer.allocUnsafe(Math.ceil(length / FRAME_ALIGNMENT) * FRAME_ALIGNMENT)
  frame.writeUInt32LE(MAGIC, 0)
  frame.writeDoubleLE(number, 8)
  frame.writeUInt32LE(length, 16)
  frame.writeUInt32LE(head.length, 20)
  let at = HEADER_BYTES
  at += head.copy(frame, at)
  for (const rows of [batches, subjects]) for (const [, bytes] of rows) at += bytes.copy(frame, at)
  frame.fill(0, at)
  frame.writeUInt32LE(crc32(frame.subarray(8, length)), 4)
  return frame
}

/** The number in a frame's first bytes, whether or not the rest is whole; 0 when no frame begins there. */
export function frameNumber(bytes: Buffer, at = 0): number {
  if (at + HEADER_BYTES > bytes.length || bytes.readUInt32LE(at) !== MAGIC) return 0
  return bytes.readDoubleLE(at + 8)
}

/** The bytes that {@link frameNumber} looks at. */
export const FRAME_HEADER_BYTES = HEADER_BYTES

/**
 * Every whole frame of a file of a higher number than `above`; what is torn or was never one is passed over. O(bytes).
 *
 * @returns the frames, and where the one of the highest number ends
 */
export function decodeFrames(file: Buffer, above: number): { frames: NumberedWrites[]; end: number } {
  const frames: NumberedWrites[] = []
  let end = 0
  let highest = 0
  for (let at = 0; at + HEADER_BYTES <= file.length; ) {
    const frame = frameNumber(file, at) > above ? decodeFrame(file, at) : undefined
    if (frame) frames.push(frame)
    at += frame?.bytes ?? FRAME_ALIGNMENT
    if (frame === undefined || frame.number < highest) continue
    highest = frame.number
    end = at
  }
  return { frames, end }
}

function decodeFrame(file: Buffer, at: number): NumberedWrites | undefined {
  const length = file.readUInt32LE(at + 16)
  if (length < HEADER_BYTES || at + length > file.length) return undefined
  const frame = file.subarray(at, at + length)
  if (crc32(frame.subarray(8)) !== frame.readUInt32LE(4)) return undefined
  const headEnd = HEADER_BYTES + frame.readUInt32LE(20)
  const [batches, subjects, facts] = JSON.parse(frame.toString('utf8', HEADER_BYTES, headEnd)) as Head
  let next = headEnd
  const bytesOf = ([offset, size]: Sizes[number]): [number, Buffer] => {
    next += size
    return [offset, frame.subarray(next - size, next)]
  }
  const writes = { batches: batches.map(bytesOf), subjects: subjects.map(bytesOf), facts }
  return { number: frameNumber(frame), writes, bytes: Math.ceil(length / FRAME_ALIGNMENT) * FRAME_ALIGNMENT }
}
