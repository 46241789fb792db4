import type { ByteReader, ByteWriter } from '../foundation/index.ts'

/** Numbers names from 0 in the order of their first appearance, which is a function of the log. */
export class Interner {
  readonly #numbers = new Map<string, number>()
  readonly #names: string[] = []

  get size(): number {
    return this.#names.length
  }

  /** The number of a name; a new name gets the next number. */
  intern(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    const number = this.#names.length
    this.#numbers.set(name, number)
    this.#names.push(name)
    return number
  }

  /** The number of a name, -1 when it was never interned. */
  find(name: string): number {
    return this.#numbers.get(name) ?? -1
  }

  /** The name of a number that {@link intern} gave. */
  name(number: number): string {
    return this.#names[number] ?? ''
  }

  save(writer: ByteWriter): void {
    writer.json(this.#names)
  }

  load(reader: ByteReader): void {
    for (const name of reader.json() as string[]) this.intern(name)
  }
}
