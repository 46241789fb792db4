import { type Application, requireScoringSystem, ruleVocabulary, type ScoringSystem } from '../../application/index.ts'
import type { EventRecord, Subject } from '../../data/index.ts'
import { BoundedMap, ByteReader, ByteWriter, DAY_MS } from '../../foundation/index.ts'
import { parseRules, type Rule } from '../../policy/index.ts'
import { satisfies } from '../../problem/index.ts'
import { DECISION } from '../../serving/index.ts'
import { type ChangeAlarm, ChangeWatch, type ChangeWatchOptions, type StreamFamily } from '../change/change-watch.ts'
import { limitsInRules } from './amount-bands.ts'
import { DecisionStreams } from './decision-streams.ts'
import { type PatternFields, PaymentPatterns } from './payment-patterns.ts'

/** Events whose label may still come. */
const REMEMBERED_EVENTS = 500_000
/** Labels that tell of the same subject, or of one device, within this time are of one cause. */
const ONE_CAUSE_MS = 30 * DAY_MS
/** Alarms that are kept for the report. */
const REMEMBERED_ALARMS = 50
/** What labels, and decisions, have of the budget, as a part of what patterns have: those come first. */
const BESIDE = 0.5
const [PATTERNS, LABELS, DECISIONS] = [0, 1, 2]

/**
 * Watches a scoring system for a change of tactics: the patterns of its events and, when they stand in the log, its decisions;
 * neither needs a label. Beside them, the patterns of events that turn out positive, as their labels come. All share one
 * budget of false alarms. What it tells is a function of the records and their offsets.
 */
export class SystemChanges {
  readonly #name: string
  readonly #system: ScoringSystem
  readonly #patterns: PaymentPatterns
  readonly #decisions: DecisionStreams
  readonly #watch: ChangeWatch
  readonly #remembered = new BoundedMap<string, SeenEvent>(REMEMBERED_EVENTS)
  /** When whom and what of positives a label told of last. */
  readonly #told = new BoundedMap<string, number>(REMEMBERED_EVENTS)
  #alarms: ChangeAlarm[] = []

  private constructor(
    name: string,
    system: ScoringSystem,
    fields: PatternFields,
    rules: readonly Rule[],
    options: ChangeWatchOptions,
  ) {
    this.#name = name
    this.#system = system
    this.#patterns = new PaymentPatterns(fields)
    this.#decisions = new DecisionStreams(rules.map((rule) => rule.name))
    const patterns = this.#patterns
    const labels: StreamFamily = {
      name: `${system.label.event} of a positive`,
      streamName: (signal) => patterns.streamName(signal),
      weights: patterns.weights,
    }
    const families = [labels, this.#decisions].map(beside)
    this.#watch = new ChangeWatch([patterns, ...families], options)
  }

  /**
   * The watch of a scoring system; undefined when its event names nobody beside the subject or has no amount, so that it has
   * no pattern.
   *
   * @throws SluiceError `UNKNOWN_SYSTEM` when there is no such scoring system
   */
  static of(application: Application, name: string, options: ChangeWatchOptions = {}): SystemChanges | undefined {
    const system = requireScoringSystem(application, name)
    const { schema, features } = application
    const fields = Object.entries(schema.events[system.event] ?? {})
    const references = fields.filter(([, { kind }]) => kind === 'reference')
    const subject = references.find(([, { entity }]) => entity === system.subject)?.[0]
    const others = references.filter(([field]) => field !== subject)
    const counterpart = others.find(([, { isOptional }]) => !isOptional)?.[0]
    const { event, amount, segment: channel } = system
    if (subject === undefined || counterpart === undefined || amount === undefined) return undefined
    const rules = parseRules(system.policy.rules ?? '', ruleVocabulary(schema, features, system))
    const together = others.map(([field]) => field).filter((field) => field !== counterpart)
    const limits = limitsInRules(rules, amount)
    const patterns = {
      event,
      subject,
      counterpart,
      amount,
      together,
      limits,
      ...(channel !== undefined && { channel }),
    }
    return new SystemChanges(name, system, patterns, rules, options)
  }

  /** The last alarms, oldest first. */
  get alarms(): readonly ChangeAlarm[] {
    return this.#alarms
  }

  /** What it does at a moment. */
  phase(at: number): ReturnType<ChangeWatch['phase']> {
    return this.#watch.phase(at)
  }

  /**
   * Takes a record of the log, in the order of the log.
   *
   * @returns an alarm when the record completes the evidence for one
   */
  applied(record: EventRecord, offset: number): ChangeAlarm | undefined {
    const seen = this.#signalsOf(record)
    if (seen === undefined) return undefined
    return this.#keep(this.#watch.observe(seen.family, seen.fired, { at: record.at, offset }))
  }

  /** Forgets whom a person or thing met; what was counted stays counted. */
  forget(subject: Subject): void {
    this.#patterns.forget(subject)
    const isOf = (cause: string) => cause.endsWith(`\u0000${subject.id}`)
    for (const cause of this.#told.keys()) if (isOf(cause)) this.#told.delete(cause)
    for (const [id, { causes }] of this.#remembered.entries()) {
      if (id === subject.id || causes.some(isOf)) this.#remembered.delete(id)
    }
  }

  save(): Uint8Array {
    const remembered = [...this.#remembered.entries()]
    const told = [...this.#told.entries()]
    const state = { patterns: this.#patterns.save(), remembered, told, alarms: this.#alarms }
    return new ByteWriter().json(state).bytes(this.#watch.save()).finish()
  }

  /** Goes on where another watch of the same system and options was saved. */
  load(bytes: Uint8Array): this {
    const reader = new ByteReader(bytes, 'DIRECTORY_CORRUPT')
    const { patterns, remembered, told, alarms } = reader.json() as SavedChanges
    this.#patterns.load(patterns)
    for (const [id, event] of remembered) this.#remembered.set(id, event)
    for (const [cause, at] of told) this.#told.set(cause, at)
    this.#alarms = [...alarms]
    this.#watch.load(reader.bytes())
    return this
  }

  #keep(alarm: ChangeAlarm | undefined): ChangeAlarm | undefined {
    if (alarm) this.#alarms = [...this.#alarms, alarm].slice(-REMEMBERED_ALARMS)
    return alarm
  }

  #signalsOf(record: EventRecord): { family: number; fired: readonly number[] } | undefined {
    const { event, label } = this.#system
    if (record.type === event) {
      const { pattern, fired } = this.#patterns.look(record)
      this.#remembered.set(record.id, { pattern, causes: this.#patterns.causesOf(record) })
      return { family: PATTERNS, fired }
    }
    if (record.type === label.event && satisfies(record, label.positive)) {
      const fired = this.#labelled(String(record[label.of]), record.at)
      return fired && { family: LABELS, fired }
    }
    if (record.type !== DECISION || record.system !== this.#name) return undefined
    return { family: DECISIONS, fired: this.#decisions.fired(record) }
  }

  /** The pattern of an event that is told to be positive; undefined when as much was told of whom it names already. */
  #labelled(id: string, at: number): readonly number[] | undefined {
    const event = this.#remembered.get(id)
    if (!event) return undefined
    this.#remembered.delete(id)
    const isKnown = event.causes.some(
      (cause) => at - (this.#told.get(cause) ?? Number.NEGATIVE_INFINITY) < ONE_CAUSE_MS,
    )
    for (const cause of event.causes) this.#told.set(cause, at)
    return isKnown ? undefined : event.pattern
  }
}

/** A family with its part of the budget. */
function beside(family: StreamFamily): StreamFamily {
  return {
    name: family.name,
    streamName: (signal) => family.streamName(signal),
    weights: family.weights.map((weight) => weight * BESIDE),
  }
}

/** An event whose label may come. */
interface SeenEvent {
  readonly pattern: readonly number[]
  readonly causes: readonly string[]
}

interface SavedChanges {
  readonly patterns: ReturnType<PaymentPatterns['save']>
  readonly remembered: readonly [string, SeenEvent][]
  readonly told: readonly [string, number][]
  readonly alarms: readonly ChangeAlarm[]
}
