import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import { compileEventKey, type EventBatch, type EventKeys } from '../event-batch.ts'
import { DEFAULT_KEPT_PAIRS, KeptPairs } from '../kept-pairs.ts'
import { PairSignatures } from '../pair-signatures.ts'
import type { Aggregate, MembershipSpec } from './aggregate.ts'

/**
 * Which pairs ever met: who has seen, hidden or blocked what. As many are kept as the spec says (see
 * {@link KeptPairs}); a pair that was forgotten reads as one that never met.
 *
 * Memory: some 16 to 32 bytes a pair, and 16 a key.
 */
export class Membership implements Aggregate {
  readonly #by: EventKeys
  readonly #of: EventKeys
  readonly #pairs: KeptPairs
  /** Derived from the pairs; those that were forgotten may still be in it. */
  readonly #signatures = new PairSignatures()

  constructor(spec: MembershipSpec, schema: Schema, store: AttributeStore) {
    this.#by = compileEventKey(schema, store, spec.event, spec.by)
    this.#pairs = new KeptPairs(spec.pairs ?? DEFAULT_KEPT_PAIRS)
    this.#of = compileEventKey(schema, store, spec.event, spec.of)
  }

  write(batch: EventBatch): void {
    const { rows, count } = batch
    const keys = this.#by(batch)
    const others = this.#of(batch)
    for (let index = 0; index < count; index++) {
      const key = keys[rows[index]!]!
      const other = others[rows[index]!]!
      if (key < 0 || other < 0) continue
      this.#pairs.findOrAdd(key, other)
      this.#signatures.add(key, other)
    }
  }

  has(key: number, other: number): boolean {
    if (key < 0 || other < 0 || !this.#signatures.mayHold(key, other)) return false
    return this.#pairs.find(key, other) >= 0
  }

  /** Whether a key may have met anything at all; a no is certain. */
  mayHaveMet(key: number): boolean {
    return key >= 0 && this.#signatures.isAny(key)
  }

  bytes(): number {
    return this.#pairs.bytes() + this.#signatures.bytes()
  }

  save(writer: ByteWriter): void {
    this.#pairs.save(writer)
  }

  load(reader: ByteReader): void {
    this.#pairs.load(reader)
    this.#pairs.forEach((key, other) => {
      this.#signatures.add(key, other)
    })
  }
}
