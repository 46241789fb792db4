/** Ids of a step of making it. */
const STEP = 4096
/** Places for every id, at least. */
const ROOM = 1.5
const NONE = 0

/** The numbers of documents by their ids. It is made in steps: a map of a million ids would take a third of a second at once. */
export class DocumentNumbers {
  readonly #ids: readonly string[]
  /** Shape (a power of two,): one more than the number of a document, at the hash of its id or the next place that was free. */
  readonly #places: Uint32Array

  private constructor(ids: readonly string[]) {
    this.#ids = ids
    this.#places = new Uint32Array(2 ** Math.ceil(Math.log2(ROOM * ids.length + 1)))
  }

  /** @param ids - which must not change; of documents of one id the last is found */
  static of(ids: readonly string[]): DocumentNumbers {
    const steps = DocumentNumbers.steps(ids)
    for (;;) {
      const step = steps.next()
      if (step.done === true) return step.value
    }
  }

  /** As {@link of}; a generator of steps, each of which yields how many ids it went through. */
  static *steps(ids: readonly string[]): Generator<number, DocumentNumbers> {
    const numbers = new DocumentNumbers(ids)
    for (let from = 0; from < ids.length; from += STEP) {
      const to = Math.min(ids.length, from + STEP)
      for (let document = from; document < to; document++) numbers.#add(document)
      yield to - from
    }
    return numbers
  }

  /** The number of the document with an id; undefined where there is none. */
  of(id: string): number | undefined {
    const last = this.#places.length - 1
    for (let at = hashOf(id) & last; ; at = (at + 1) & last) {
      const place = this.#places[at]!
      if (place === NONE) return undefined
      if (this.#ids[place - 1] === id) return place - 1
    }
  }

  #add(document: number): void {
    const last = this.#places.length - 1
    const id = this.#ids[document]!
    let at = hashOf(id) & last
    for (let place = this.#places[at]!; place !== NONE && this.#ids[place - 1] !== id; place = this.#places[at]!) {
      at = (at + 1) & last
    }
    this.#places[at] = document + 1
  }
}

function hashOf(id: string): number {
  let hash = id.length
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193)
  hash ^= hash >>> 15
  hash = Math.imul(hash, 0x2c1b3c6d)
  return (hash ^ (hash >>> 13)) >>> 0
}
