/** Where a window cannot be said to begin in two bytes. */
const MOST = 65_535

/**
 * Where a window began in each series when it was last read: windows move slowly, so most begin there still. A guess that
 * is looked at before it is believed, no part of the state: nothing that is read hangs on it.
 *
 * Memory: 2 bytes a series, up to the last one that was read.
 */
export class WindowBegins {
  #guesses = new Uint16Array(0)

  /** Makes room for a series; 0 is guessed of one that was never read. */
  reach(place: number): Uint16Array {
    if (place >= this.#guesses.length) {
      const grown = new Uint16Array(Math.max(64, 2 * place + 1))
      grown.set(this.#guesses)
      this.#guesses = grown
    }
    return this.#guesses
  }

  note(place: number, begin: number): void {
    this.#guesses[place] = begin > MOST ? 0 : begin
  }

  bytes(): number {
    return this.#guesses.byteLength
  }
}
