import { assert } from '../../foundation/index.ts'
import type { FieldValues } from './field-values.ts'
import { KeptSegment } from './kept-segment.ts'
import { mergeSegments } from './merge-segments.ts'
import type { Segment } from './segment.ts'
import type { TextLayout } from './text-fields.ts'

/** So many neighbours of about one size are merged. */
const FAN_IN = 8
const MOST_AT_ONCE = 64
/** Bytes of words of the smallest size; each is FAN_IN times the one before. */
const SMALLEST = 512
/** What is no larger is merged at once. */
const SMALL = 32_768

/** A segment, and when each of its documents was added: ascending numbers. */
interface Part {
  kept: KeptSegment
  readonly added: Float64Array
}

/** The merging of parts that follow each other, as far as it has come. */
interface Job {
  readonly parts: readonly Part[]
  readonly added: Float64Array
  readonly steps: Generator<number, Segment>
  /** What was taken away since it began. */
  readonly gone: number[]
}

/**
 * The segments of an index in the order of their documents. Merges neighbours of about one size, and those of which most
 * documents are gone, step by step; segments whose impacts are weighed against other average lengths than are wanted are
 * all made anew, and change places together.
 */
export class SegmentMerger {
  readonly #layout: TextLayout
  readonly #emptyValues: () => Map<string, FieldValues>
  #parts: Part[] = []
  #job: Job | undefined
  #averageLengths: Float64Array | undefined
  #aim: Float64Array | undefined
  /** Made for what is aimed at: they stand for as many of the first parts as they were made of. */
  #remade: Part[] = []
  #remadeOf = 0
  #hasChanged = false
  /** Whether there was nothing to merge, and no segment is another since. */
  #isSettled = true

  constructor(layout: TextLayout, emptyValues: () => Map<string, FieldValues>) {
    this.#layout = layout
    this.#emptyValues = emptyValues
  }

  /** Against which the impacts of all segments are weighed; undefined without segments. */
  get averageLengths(): Float64Array | undefined {
    return this.#averageLengths
  }

  /** Whether segments are others than at the last look. */
  get hasChanged(): boolean {
    return this.#hasChanged
  }

  look(): readonly KeptSegment[] {
    this.#hasChanged = false
    return this.#parts.map(({ kept }) => kept)
  }

  /** @param firstAdded - the number of the first document; the others follow it */
  append(kept: KeptSegment, firstAdded: number): void {
    this.#averageLengths ??= kept.segment.averageLengths
    assert(sameNumbers(this.#averageLengths, kept.segment.averageLengths), 'all segments have the same average lengths')
    this.#parts.push({ kept, added: Float64Array.from(kept.segment.ids, (_, document) => firstAdded + document) })
    this.#changed()
  }

  /** Shape (fields,): how many terms the fields of a document have. */
  lengthsOf(added: number): Float64Array {
    const { part, document } = find(this.#parts, added)!
    return part.kept.lengthsOf(document, this.#layout.wordFields.length)
  }

  /** Takes documents away. */
  remove(added: readonly number[]): void {
    if (added.length === 0) return
    this.#removeFrom(this.#parts, added)
    this.#removeFrom(this.#remade, added)
    this.#job?.gone.push(...added)
    this.#changed()
  }

  /** Weighs impacts against other average lengths from some time on. */
  aim(averageLengths: Float64Array): void {
    this.#aim = averageLengths
    if (this.isRemaking) this.#isSettled = false
  }

  /** @returns whether there is more to do */
  work(words: number): boolean {
    for (let left = words; left > 0; ) {
      this.#job ??= this.#isSettled ? undefined : this.#nextJob()
      if (this.#job === undefined) {
        this.#isSettled = true
        return false
      }
      const step = this.#job.steps.next()
      left -= step.done === true ? 1 : step.value
      if (step.done === true) this.#install(this.#job, step.value)
    }
    return this.#job !== undefined || !this.#isSettled
  }

  compact(averageLengths: Float64Array): void {
    this.#job = undefined
    this.#forgetRemade()
    this.#aim = averageLengths
    this.#averageLengths = averageLengths
    this.#parts = this.#parts.length === 0 ? [] : [this.#atOnce(this.#parts, averageLengths)].filter(isThere)
    this.#changed()
  }

  /** Whether impacts are to be weighed against other average lengths than they are. */
  get isRemaking(): boolean {
    return this.#aim !== undefined && !sameNumbers(this.#aim, this.#averageLengths ?? this.#aim)
  }

  #changed(): void {
    this.#hasChanged = true
    this.#isSettled = false
  }

  #nextJob(): Job | undefined {
    if (!this.isRemaking) {
      this.#forgetRemade()
      const parts = this.#nextMerge()
      return parts.length === 0 ? undefined : this.#begin(parts, this.#averageLengths!)
    }
    const rest = this.#parts.slice(this.#remadeOf)
    const words = rest.reduce((sum, { kept }) => sum + sizeOf(kept), 0)
    if (words > SMALL) return this.#begin(rest, this.#remakingFor())
    this.#takeRemade(rest)
    return this.#nextJob()
  }

  /** What is remade goes on as it began even when other lengths are aimed at meanwhile. */
  #remakingFor(): Float64Array {
    return this.#remade[0]?.kept.segment.averageLengths ?? this.#aim!
  }

  #takeRemade(rest: readonly Part[]): void {
    const averageLengths = this.#remakingFor()
    this.#parts = [...this.#remade, ...(rest.length === 0 ? [] : [this.#atOnce(rest, averageLengths)])].filter(isThere)
    this.#averageLengths = averageLengths
    this.#forgetRemade()
    this.#changed()
  }

  #forgetRemade(): void {
    this.#remade = []
    this.#remadeOf = 0
  }

  /** The parts that are to be merged next; none when all is well. */
  #nextMerge(): Part[] {
    const emptied = this.#parts.find(({ kept }) => 2 * kept.size < kept.documentCount)
    if (emptied) return [emptied]
    const levels = this.#parts.map(({ kept }) => levelOf(kept))
    for (let level = 0; level <= Math.max(0, ...levels); level++) {
      for (let from = 0; from < levels.length; ) {
        let to = from
        let equal = 0
        for (; to < levels.length && levels[to]! <= level && to - from < MOST_AT_ONCE; to++) {
          if (levels[to] === level) equal++
        }
        // With fewer of its own size a large one would be written again and again with every few small ones.
        if (equal >= FAN_IN) return this.#parts.slice(from, to)
        from = Math.max(to, from + 1)
      }
    }
    return []
  }

  #begin(parts: readonly Part[], averageLengths: Float64Array): Job {
    const kept = parts.map((part) => part.kept)
    const added = new Float64Array(kept.reduce((sum, { size }) => sum + size, 0))
    let place = 0
    for (const part of parts) {
      for (let document = 0; document < part.added.length; document++) {
        if (part.kept.isLive(document)) added[place++] = part.added[document]!
      }
    }
    return { parts, added, steps: mergeSegments(kept, this.#layout, averageLengths, this.#emptyValues), gone: [] }
  }

  #atOnce(parts: readonly Part[], averageLengths: Float64Array): Part {
    const { steps, added } = this.#begin(parts, averageLengths)
    for (;;) {
      const step = steps.next()
      if (step.done === true) return { kept: new KeptSegment(step.value), added }
    }
  }

  #install({ parts, added, gone }: Job, segment: Segment): void {
    this.#job = undefined
    const part: Part = { kept: new KeptSegment(segment), added }
    this.#removeFrom([part], gone)
    if (this.isRemaking && !sameNumbers(segment.averageLengths, this.#averageLengths!)) {
      this.#remade.push(part)
      this.#remadeOf += parts.length
      return
    }
    if (!sameNumbers(segment.averageLengths, this.#averageLengths!)) return
    const from = this.#parts.indexOf(parts[0]!)
    this.#parts.splice(from, parts.length, ...[part].filter(isThere))
    this.#changed()
  }

  #removeFrom(parts: readonly Part[], added: readonly number[]): void {
    const documents = new Map<Part, number[]>()
    for (const number of added) {
      const found = find(parts, number)
      if (!found) continue
      const known = documents.get(found.part)
      if (known) known.push(found.document)
      else documents.set(found.part, [found.document])
    }
    for (const [part, gone] of documents) part.kept = part.kept.without(gone, this.#layout.wordFields.length)
  }
}

function isThere({ kept }: Part): boolean {
  return kept.size > 0
}

function sizeOf({ segment }: KeptSegment): number {
  return segment.forward.bytes.length + segment.ids.length
}

function levelOf(kept: KeptSegment): number {
  return Math.max(0, Math.floor(Math.log(sizeOf(kept) / SMALLEST) / Math.log(FAN_IN)))
}

/** The part and the number in it of the document that was added then, if any has it. */
function find(parts: readonly Part[], added: number): { part: Part; document: number } | undefined {
  const part = parts.findLast((one) => one.added[0]! <= added)
  if (part === undefined) return undefined
  let low = 0
  let high = part.added.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (part.added[middle]! < added) low = middle + 1
    else high = middle
  }
  return part.added[low] === added ? { part, document: low } : undefined
}

function sameNumbers(one: Float64Array, other: Float64Array): boolean {
  return one.every((value, place) => value === other[place])
}
