import type { EventRecord } from '../data/index.ts'
import { type ByteReader, type ByteWriter, SluiceError } from '../foundation/index.ts'
import type { FieldKind, Schema } from '../problem/index.ts'
import { growFloat64, growInt32, withoutTail } from './growable.ts'
import { Interner } from './interner.ts'
import type { ItemLists } from './item-lists.ts'
import { PackedLists } from './packed-lists.ts'

const EMPTY = new Int32Array(0)
/** So many of the last upserts of an entity are remembered one by one; a power of two. */
const REMEMBERED_UPSERTS = 65_536

function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1
}

/** Hears that an attribute was set for a key by a description of a time, in milliseconds. */
type SetListener = (key: number, at: number) => void

/** One attribute of all entities of a kind. Only the array that fits the kind is used. */
class AttributeColumn {
  readonly kind: FieldKind
  #numbers: Float64Array = new Float64Array(0)
  #codes: Int32Array = new Int32Array(0)
  #lists = new PackedLists()
  #texts: (string | undefined)[] = []

  constructor(kind: FieldKind) {
    this.kind = kind
  }

  set(key: number, value: unknown, categories: Interner): void {
    if (this.kind === 'text') {
      // Without gaps: an array written far behind its end turns into a slow dictionary.
      while (this.#texts.length < key) this.#texts.push(undefined)
      this.#texts[key] = value as string
    } else if (this.kind === 'categories') {
      this.#lists.set(key, [...new Set((value as string[]).map((name) => categories.intern(name)))])
    } else if (this.kind === 'category' || this.kind === 'reference' || this.kind === 'identifier') {
      this.#codes = growInt32(this.#codes, key + 1, -1)
      this.#codes[key] = categories.intern(value as string)
    } else {
      this.#numbers = growFloat64(this.#numbers, key + 1, Number.NaN)
      this.#numbers[key] = Number(value)
    }
  }

  number(key: number): number {
    return this.#numbers[key] ?? Number.NaN
  }

  get numbers(): Float64Array {
    return this.#numbers
  }

  code(key: number): number {
    return this.#codes[key] ?? -1
  }

  /** A view until the next upsert. */
  list(key: number): Int32Array {
    return this.#lists.list(key) ?? EMPTY
  }

  /** Copies the list of a key. */
  readList(key: number, into: number[]): number[] {
    return this.#lists.read(key, into)
  }

  /** The categories of many keys. */
  readLists(keys: Int32Array, into: ItemLists): void {
    if (this.kind === 'categories') {
      this.#lists.readMany(keys, into)
      return
    }
    into.openFor(keys.length)
    into.openForNumbers(keys.length)
    const { starts, numbers } = into
    let total = 0
    for (let each = 0; each < keys.length; each++) {
      const code = this.#codes[keys[each]!] ?? -1
      starts[each] = total
      numbers[total] = code
      total += code < 0 ? 0 : 1
    }
    starts[keys.length] = total
  }

  text(key: number): string | undefined {
    return this.#texts[key]
  }

  includes(key: number, code: number): boolean | undefined {
    if (this.kind === 'categories') return this.#lists.includes(key, code)
    const own = this.code(key)
    return own < 0 ? undefined : own === code
  }

  bytes(): number {
    return this.#numbers.byteLength + this.#codes.byteLength + this.#lists.bytes()
  }

  save(writer: ByteWriter): void {
    writer.float64s(withoutTail(this.#numbers, Number.NaN)).int32s(withoutTail(this.#codes, -1))
    writer.json(this.#texts.map((text) => text ?? null))
    writer.json(this.#lists.all())
  }

  load(reader: ByteReader): void {
    this.#numbers = reader.float64s()
    this.#codes = reader.int32s()
    this.#texts = (reader.json() as (string | null)[]).map((text) => text ?? undefined)
    this.#lists = new PackedLists()
    for (const [key, list] of (reader.json() as (number[] | null)[]).entries()) if (list) this.#lists.set(key, list)
  }
}

/**
 * What is known about every entity, and the numbers behind every name. Keys of one entity are numbered together;
 * all categories of the application share one numbering, so that an event's `creator` and a video's `creator` meet.
 */
export class AttributeStore {
  readonly categories = new Interner()
  readonly #keys = new Map<string, Interner>()
  readonly #columns = new Map<string, AttributeColumn>()
  /** When each key was last described, counted in upserts of its entity from 1; 0 for never. */
  readonly #described = new Map<string, Int32Array>()
  readonly #revisions = new Map<string, number>()
  /** The keys of the last upserts of each entity, by revision in a circle, and the revision before the first of them. */
  readonly #upserts = new Map<string, { readonly keys: Int32Array; readonly after: number }>()
  readonly #attributes = new Map<string, { name: string; column: AttributeColumn; listeners: SetListener[] }[]>()

  constructor(schema: Schema) {
    // By name, because schemas that differ in the order of declaration have equal hashes and share snapshots.
    for (const [entity, fields] of Object.entries(schema.entities).sort(byName)) {
      this.#keys.set(entity, new Interner())
      this.#described.set(entity, new Int32Array(0))
      const attributes = Object.entries(fields)
        .sort(byName)
        .map(([name, spec]) => ({ name, column: new AttributeColumn(spec.kind), listeners: [] }))
      this.#attributes.set(entity, attributes)
      for (const { name, column } of attributes) this.#columns.set(`${entity}.${name}`, column)
    }
  }

  /** The numbering of an entity's keys. */
  keys(entity: string): Interner {
    const keys = this.#keys.get(entity)
    if (!keys) throw new SluiceError('INVALID_ARGUMENT', `entity: expected one the schema declares, got ${entity}`)
    return keys
  }

  /** Applies an upsert: attributes that are present replace what was known, the others stay. */
  upsert(record: EventRecord): void {
    const entity = record.type
    const key = this.keys(entity).intern(record[entity] as string)
    const described = growInt32(this.#described.get(entity) ?? EMPTY, key + 1)
    described[key] = this.revision(entity) + 1
    this.#remember(entity, key)
    this.#revisions.set(entity, this.revision(entity) + 1)
    this.#described.set(entity, described)
    for (const { name, column, listeners } of this.#attributes.get(entity) ?? []) {
      // An attribute may be called `constructor`, which every object inherits.
      const value = Object.hasOwn(record, name) ? record[name] : undefined
      if (value === undefined || value === null) continue
      column.set(key, value, this.categories)
      for (const listener of listeners) listener(key, record.at)
    }
  }

  /** Calls `listener` whenever an upsert sets an attribute, be it to the same value. `path` is `entity.attribute`. */
  onSet(path: string, listener: SetListener): void {
    const column = this.#column(path)
    const attributes = this.#attributes.get(path.split('.')[0] ?? '')
    attributes?.find((each) => each.column === column)?.listeners.push(listener)
  }

  /** Whether the entity was ever described by an upsert, and not only named in events. */
  isKnown(entity: string, key: number): boolean {
    return key >= 0 && this.describedAt(entity, key) > 0
  }

  /** How many upserts of an entity were applied; what is derived from attributes compares it to see that it is stale. */
  revision(entity: string): number {
    return this.#revisions.get(entity) ?? 0
  }

  /** The revision at which a key was last described; 0 for never. */
  describedAt(entity: string, key: number): number {
    return this.#described.get(entity)?.[key] ?? 0
  }

  /**
   * Calls `visit` once with every key of an entity that was described after a revision, in no order to rely on.
   *
   * @remarks O(upserts since), up to 65,536 of them; O(keys) beyond.
   */
  describedAfter(entity: string, revision: number, visit: (key: number) => void): void {
    const last = this.revision(entity)
    const { keys, after } = this.#upserts.get(entity) ?? { keys: EMPTY, after: last }
    if (revision < after || last - revision > keys.length) {
      const count = this.keys(entity).size
      for (let key = 0; key < count; key++) if (this.describedAt(entity, key) > revision) visit(key)
      return
    }
    for (let each = revision + 1; each <= last; each++) {
      const key = keys[each & (keys.length - 1)]!
      // Of several upserts of a key the last one counts.
      if (this.describedAt(entity, key) === each) visit(key)
    }
  }

  #remember(entity: string, key: number): void {
    const revision = this.revision(entity)
    const upserts = this.#upserts.get(entity) ?? { keys: new Int32Array(REMEMBERED_UPSERTS), after: revision }
    this.#upserts.set(entity, upserts)
    upserts.keys[(revision + 1) & (REMEMBERED_UPSERTS - 1)] = key
  }

  /** A number, boolean (0 or 1) or timestamp; `NaN` when it is not known. `path` is `entity.attribute`. */
  number(path: string, key: number): number {
    return this.#column(path).number(key)
  }

  /** The numbers of all keys, `NaN` where not known; may be shorter than the keys. A view until the next upsert. */
  numbers(path: string): Float64Array {
    return this.#column(path).numbers
  }

  /** Compiles {@link number} for one path. */
  numberReader(path: string): (key: number) => number {
    const column = this.#column(path)
    return (key) => column.number(key)
  }

  /** Compiles {@link category} for one path. */
  categoryReader(path: string): (key: number) => number {
    const column = this.#column(path)
    return (key) => column.code(key)
  }

  /** Compiles {@link categoryList} for one path; the list is valid until the next read. */
  categoryListReader(path: string): (key: number) => ArrayLike<number> {
    const column = this.#column(path)
    if (column.kind === 'categories') {
      const scratch: number[] = []
      return (key) => column.readList(key, scratch)
    }
    const single: [number] = [-1]
    return (key) => {
      single[0] = column.code(key)
      return single[0] < 0 ? EMPTY : single
    }
  }

  /** Compiles the reading of the categories of many keys for one path. */
  listsReader(path: string): (keys: Int32Array, into: ItemLists) => void {
    const column = this.#column(path)
    return (keys, into) => column.readLists(keys, into)
  }

  /** Compiles a test whether a key has a category; undefined when none of it is known. */
  includesReader(path: string): (key: number, category: number) => boolean | undefined {
    const column = this.#column(path)
    return (key, category) => column.includes(key, category)
  }

  /** The number of a category in {@link categories}; -1 when it is not known. */
  category(path: string, key: number): number {
    return this.#column(path).code(key)
  }

  /** All categories of an attribute, one for `category`, any number for `categories`. */
  categoryList(path: string, key: number): readonly number[] | Int32Array {
    const column = this.#column(path)
    if (column.kind === 'categories') return column.list(key)
    const code = column.code(key)
    return code < 0 ? EMPTY : [code]
  }

  /** What an attribute holds. */
  kindOf(path: string): FieldKind {
    return this.#column(path).kind
  }

  text(path: string, key: number): string | undefined {
    return this.#column(path).text(key)
  }

  /** What is known about one entity, by attribute name, as it came in. */
  describe(entity: string, key: number): Record<string, unknown> {
    const found: Record<string, unknown> = {}
    for (const { name, column } of this.#attributes.get(entity) ?? []) {
      const value = this.#value(column, key)
      if (value !== undefined) found[name] = value
    }
    return found
  }

  #value(column: AttributeColumn, key: number): unknown {
    if (column.kind === 'text') return column.text(key)
    if (column.kind === 'categories') return Array.from(column.list(key), (code) => this.categories.name(code))
    if (['category', 'reference', 'identifier'].includes(column.kind)) {
      return column.code(key) < 0 ? undefined : this.categories.name(column.code(key))
    }
    const number = column.number(key)
    if (Number.isNaN(number)) return undefined
    return column.kind === 'boolean' ? number === 1 : number
  }

  #column(path: string): AttributeColumn {
    const column = this.#columns.get(path)
    if (!column) throw new SluiceError('INVALID_ARGUMENT', `attribute: expected one the schema declares, got ${path}`)
    return column
  }

  /** Bytes of the typed arrays that it holds; names and texts, which are strings, are not among them. */
  bytes(): number {
    let bytes = 0
    for (const described of this.#described.values()) bytes += described.byteLength
    for (const column of this.#columns.values()) bytes += column.bytes()
    return bytes
  }

  save(writer: ByteWriter): void {
    this.categories.save(writer)
    for (const [entity, keys] of this.#keys) {
      keys.save(writer)
      writer.uint32(this.revision(entity)).int32s(withoutTail(this.#described.get(entity) ?? EMPTY, 0))
    }
    for (const column of this.#columns.values()) column.save(writer)
  }

  load(reader: ByteReader): void {
    this.categories.load(reader)
    for (const [entity, keys] of this.#keys) {
      keys.load(reader)
      this.#revisions.set(entity, reader.uint32())
      this.#described.set(entity, reader.int32s())
    }
    for (const column of this.#columns.values()) column.load(reader)
  }
}
