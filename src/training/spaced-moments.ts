/** Moments of each subject that lie at least some time apart: the first counts, and then each that is due. */
export class SpacedMoments {
  readonly #spacingMs: number
  readonly #last = new Map<string, number>()

  constructor(spacingMs: number) {
    this.#spacingMs = spacingMs
  }

  /** Whether enough time has passed since the subject's last moment that counted; then this one counts. */
  isDue(subject: string, at: number): boolean {
    const last = this.#last.get(subject)
    if (last !== undefined && at - last < this.#spacingMs) return false
    this.#last.set(subject, at)
    return true
  }
}
