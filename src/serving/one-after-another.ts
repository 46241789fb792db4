/** Works that run one after the other, whatever comes of each; others can wait until none is left. */
export class OneAfterAnother {
  #last: Promise<void> | undefined

  /** Runs work when all that was given before has ended. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    const running = Promise.resolve(this.#last).then(work)
    const settled: Promise<void> = running.then(
      () => undefined,
      () => undefined,
    )
    this.#last = settled
    void settled.then(() => {
      if (this.#last === settled) this.#last = undefined
    })
    return running
  }

  /** Resolves when none is under way and none waits. */
  async idle(): Promise<void> {
    while (this.#last) await this.#last
  }
}
