import { SluiceError } from '../../foundation/index.ts'

/** Counts what is under way and refuses what would be too much. */
export class Admission {
  readonly #limit: number
  readonly #what: string
  #underWay = 0

  /** @param what - what is counted, for the message */
  constructor(limit: number, what: string) {
    this.#limit = limit
    this.#what = what
  }

  get underWay(): number {
    return this.#underWay
  }

  /** @throws SluiceError `OVERLOADED` */
  enter(): void {
    if (this.#underWay >= this.#limit) {
      const message = `${this.#what}: expected at most ${this.#limit} at once, got one more; ask again in a moment`
      throw new SluiceError('OVERLOADED', message)
    }
    this.#underWay++
  }

  leave(): void {
    this.#underWay--
  }

  /** Runs work as one of those under way. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.enter()
    try {
      return await work()
    } finally {
      this.leave()
    }
  }
}
