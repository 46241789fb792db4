import type { Application } from '../application/index.ts'
import type { EventLog, EventRecord, Subject } from '../data/index.ts'
import type { FeatureState } from '../features/index.ts'
import type { ModelRegistry } from '../training/index.ts'
import { DECISION, readDecision } from './decision.ts'
import { requireEntity } from './require-entity.ts'
import { isScoredRecord } from './scoring/scored-decision.ts'

/** One line of an export; `kind` tells what else is in it. */
export type ExportLine =
  | {
      readonly kind: 'export'
      readonly entity: string
      readonly id: string
      readonly application: string
      /** When, in milliseconds since the Unix epoch. */
      readonly at: number
      /** The log's head: what came later is not in it. */
      readonly asOf: number
    }
  | { readonly kind: 'attributes'; readonly attributes: Readonly<Record<string, unknown>> }
  | { readonly kind: 'record'; readonly offset: number; readonly record: EventRecord }
  | { readonly kind: 'quarantined'; readonly input: unknown }
  | {
      readonly kind: 'state'
      /** Records that name the subject and are in the feature state, by type. */
      readonly records: Readonly<Record<string, number>>
      /** The last pages that it was answered with, newest first. */
      readonly decisions: readonly { readonly id: string; readonly system: string; readonly at: number }[]
    }
  | {
      readonly kind: 'model'
      readonly system: string
      readonly version: string
      /** Events that name the subject among those that the version was trained and judged on. */
      readonly records: number
      readonly isChampion: boolean
    }
  | { readonly kind: 'end'; readonly lines: number }

/** What an export reads. */
export interface ExportParts {
  readonly application: Application
  readonly log: EventLog
  readonly registry: ModelRegistry
  readonly state: FeatureState
  readonly at: number
}

const LAST_DECISIONS = 20
/** Records between two turns of others. */
const RECORDS_A_TURN = 64

/**
 * Everything that is held about a person or thing, line by line: who, attributes, every record that names it,
 * quarantined inputs, what is derived, the models that learnt from it, and how many lines there were.
 *
 * @throws SluiceError `NOT_FOUND` for an entity that the schema does not declare; before the first line
 * @remarks O(batches of the log) through its index, plus what names the subject.
 */
export async function* exportSubject(parts: ExportParts, subject: Subject): AsyncGenerator<ExportLine, void> {
  let lines = 0
  for await (const line of linesOf(parts, subject)) {
    lines++
    yield line
  }
  yield { kind: 'end', lines: lines + 1 }
}

async function* linesOf(parts: ExportParts, subject: Subject): AsyncGenerator<ExportLine, void> {
  const { application, log, at } = parts
  requireEntity(application, subject.entity)
  yield { kind: 'export', ...subject, application: application.name, at, asOf: log.head }
  yield { kind: 'attributes', attributes: attributesOf(parts, subject) }
  const seen = new SeenRecords(subject)
  let count = 0
  for (const { offset, record } of log.recordsOf(subject)) {
    seen.add(offset, record)
    yield { kind: 'record', offset, record }
    if (++count % RECORDS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  for (const input of log.quarantineOf(subject)) yield { kind: 'quarantined', input }
  yield { kind: 'state', records: Object.fromEntries(seen.byType), decisions: seen.decisions.toReversed() }
  yield* modelsOf(parts, seen.offsets)
}

function attributesOf({ state }: ExportParts, { entity, id }: Subject): Record<string, unknown> {
  const number = state.attributes.keys(entity).find(id)
  return number < 0 ? {} : state.attributes.describe(entity, number)
}

function* modelsOf({ application, registry }: ExportParts, offsets: readonly number[]): Generator<ExportLine> {
  for (const system of Object.keys(application.systems)) {
    const champion = registry.champion(system)?.version
    for (const { version, offsets: seen } of registry.versions(system)) {
      const records = offsets.filter((offset) => offset >= seen.from && offset <= seen.until).length
      if (records > 0) yield { kind: 'model', system, version, records, isChampion: version === champion }
    }
  }
}

/** What the records of a subject came to. */
class SeenRecords {
  /** Of events, rising. */
  readonly offsets: number[] = []
  readonly byType = new Map<string, number>()
  /** The newest pages of the subject itself, oldest first. */
  readonly decisions: { id: string; system: string; at: number }[] = []
  readonly #subject: Subject

  constructor(subject: Subject) {
    this.#subject = subject
  }

  add(offset: number, record: EventRecord): void {
    if (record.type === DECISION) this.#addDecision(record)
    if (record.type.startsWith('$')) return
    this.offsets.push(offset)
    this.byType.set(record.type, (this.byType.get(record.type) ?? 0) + 1)
  }

  #addDecision(record: EventRecord): void {
    if (isScoredRecord(record)) return
    const { id, system, at, request } = readDecision(record)
    if (request.subject !== this.#subject.id) return
    this.decisions.push({ id, system, at })
    if (this.decisions.length > LAST_DECISIONS) this.decisions.shift()
  }
}
