import type { ByteWriter } from '../foundation/index.ts'

/** The weights between kept items, in whichever form they are held. Kept items are numbered by slot. */
export interface EaseWeights {
  readonly form: 'dense' | 'factored'
  readonly slotCount: number
  /** Adds the scores of a history (weights by slot) to `out`, shape (slotCount,). */
  addScores(history: ReadonlyMap<number, number>, out: Float64Array): void
  /** The weights with their large table in half precision. */
  inHalves(): EaseWeights
  /** About how many bytes {@link write} takes. */
  readonly byteLength: number
  write(writer: ByteWriter): void
}
