import type { RequestFrame } from './request-frame.ts'

/** The items that one request is read for: each in turn is what the frame names at `slot`. */
export interface ItemRun {
  readonly slot: number
  /** Their keys, -1 for one that is not known. */
  readonly items: Int32Array
}

/** Where the values of a column go: that of item `i` to place `start + i * stride`. */
export interface ColumnTarget {
  values: Float64Array
  start: number
  stride: number
}

/**
 * Reads one column for all items of a request: what {@link ColumnReader} gives for each of them, to the bit. Memory that
 * is far away is asked for many items at a time, so that one does not wait for another.
 */
export type RunReader = (frame: RequestFrame, run: ItemRun, target: ColumnTarget) => void

/** Reads a key for all items of a request; the list is valid until the next read. */
export type RunKeys = (frame: RequestFrame, run: ItemRun) => Int32Array

/** A list that is used again and again, and grows to what is asked of it. What it held is lost. */
export class ScratchInts {
  #values = new Int32Array(512)

  of(length: number): Int32Array {
    if (length > this.#values.length) this.#values = new Int32Array(length * 2)
    return this.#values
  }
}
