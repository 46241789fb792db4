import type { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { AttributeStore } from '../attribute-store.ts'
import { growFloat64, withoutTail } from '../growable.ts'
import type { Aggregate, SetTimesSpec } from './aggregate.ts'

/**
 * When an attribute of each key was last set, by the time of the description that set it and not of its arrival. It is
 * kept only for attributes whose freshness some feature declares.
 *
 * Memory: 8 bytes a key.
 */
export class SetTimes implements Aggregate {
  #times: Float64Array = new Float64Array(0)

  constructor(spec: SetTimesSpec, store: AttributeStore) {
    store.onSet(spec.attribute, (key, at) => {
      this.#times = growFloat64(this.#times, key + 1, Number.NaN)
      this.#times[key] = at
    })
  }

  /** Milliseconds since 1970; `NaN` when the attribute was never set for the key. */
  at(key: number): number {
    return this.#times[key] ?? Number.NaN
  }

  /** Events say nothing of attributes: the store tells of descriptions. */
  write(): void {}

  bytes(): number {
    return this.#times.byteLength
  }

  save(writer: ByteWriter): void {
    writer.float64s(withoutTail(this.#times, Number.NaN))
  }

  load(reader: ByteReader): void {
    this.#times = reader.float64s()
  }
}
