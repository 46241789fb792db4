import type { RankingRows } from './ranking-rows.ts'

/** Rows of candidates that were filled before, for fewer columns or in another order. */
export interface FilledRows {
  /** Shape (rows * width,), row-major, of the columns of {@link KnownColumns}' source. */
  readonly rows: Float64Array
  /** Shape (candidates,): the row of each candidate among them. */
  readonly places: ArrayLike<number>
}

/** Columns that rows of one kind take over from rows of another, both of one state: what a light stage has read already. */
export class KnownColumns {
  /** Shape (width of the rows to fill,): 1 for a column that is taken over. */
  readonly marks: Uint8Array
  /** The columns that are taken over: where they stand in the source and in the rows to fill. */
  readonly #from: Int32Array
  readonly #to: Int32Array
  readonly #sourceWidth: number

  constructor(source: Pick<RankingRows, 'columnNames' | 'width'>, target: Pick<RankingRows, 'columnNames' | 'width'>) {
    const shared = source.columnNames.filter((name) => target.columnNames.includes(name))
    this.#sourceWidth = source.width
    this.#from = Int32Array.from(shared, (name) => source.columnNames.indexOf(name))
    this.#to = Int32Array.from(shared, (name) => target.columnNames.indexOf(name))
    this.marks = new Uint8Array(target.width)
    for (const column of this.#to) this.marks[column] = 1
  }

  /** Copies what is known into `out`, shape (candidates * width,), row-major. */
  copy({ rows, places }: FilledRows, out: Float64Array): void {
    const [from, to] = [this.#from, this.#to]
    const width = this.marks.length
    for (let row = 0; row < places.length; row++) {
      const source = places[row]! * this.#sourceWidth
      for (let index = 0; index < from.length; index++) out[row * width + to[index]!] = rows[source + from[index]!]!
    }
  }
}
