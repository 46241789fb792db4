import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import { compileEventKey, type EventFrame, type EventKey } from '../event-frame.ts'
import { DEFAULT_KEPT_PAIRS, KeptPairs } from '../kept-pairs.ts'
import type { Aggregate, MembershipSpec } from './aggregate.ts'

/**
 * Which pairs ever met: who has seen, hidden or blocked what. As many are kept as the spec says (see
 * {@link KeptPairs}); a pair that was forgotten reads as one that never met.
 *
 * Memory: some 16 to 32 bytes a pair.
 */
export class Membership implements Aggregate {
  readonly #by: EventKey
  readonly #of: EventKey
  readonly #pairs: KeptPairs

  constructor(spec: MembershipSpec, schema: Schema, store: AttributeStore) {
    this.#by = compileEventKey(schema, store, spec.event, spec.by)
    this.#pairs = new KeptPairs(spec.pairs ?? DEFAULT_KEPT_PAIRS)
    this.#of = compileEventKey(schema, store, spec.event, spec.of)
  }

  write(frame: EventFrame): void {
    const key = this.#by(frame)
    const other = this.#of(frame)
    if (key >= 0 && other >= 0) this.#pairs.findOrAdd(key, other)
  }

  has(key: number, other: number): boolean {
    return key >= 0 && other >= 0 && this.#pairs.find(key, other) >= 0
  }

  bytes(): number {
    return this.#pairs.bytes()
  }

  save(writer: ByteWriter): void {
    this.#pairs.save(writer)
  }

  load(reader: ByteReader): void {
    this.#pairs.load(reader)
  }
}
