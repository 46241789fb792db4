import { type ByteReader, type ByteWriter, HOUR_MS } from '../../foundation/index.ts'

const HOURS = 24

/** How often something happened in the hour of now and the 23 before. */
export class HourlyCounts {
  readonly #counts = new Float64Array(HOURS)
  /** The hour that was counted last; those before it stand in the ring behind it. */
  #hour = 0

  /**
   * A time that lies more than a day behind the newest begins anew: the clock was wrong then, or is now.
   *
   * @param now - milliseconds since 1970
   */
  add(now: number): void {
    const hour = Math.floor(now / HOUR_MS)
    if (hour <= this.#hour - HOURS) {
      this.#counts.fill(0)
      this.#hour = hour
    }
    for (let each = Math.max(this.#hour + 1, hour - HOURS + 1); each <= hour; each++) this.#counts[each % HOURS] = 0
    this.#hour = Math.max(this.#hour, hour)
    this.#counts[hour % HOURS]!++
  }

  total(now: number): number {
    const oldest = Math.floor(now / HOUR_MS) - HOURS + 1
    let sum = 0
    for (let hour = Math.max(oldest, this.#hour - HOURS + 1, 0); hour <= this.#hour; hour++) {
      sum += this.#counts[hour % HOURS]!
    }
    return sum
  }

  save(writer: ByteWriter): void {
    writer.float64(this.#hour).float64s(this.#counts)
  }

  load(reader: ByteReader): void {
    this.#hour = reader.float64()
    this.#counts.set(reader.float64s())
  }
}
