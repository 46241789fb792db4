import { type Application, scoringSystems } from '../../application/index.ts'
import type { EventLog, EventRecord, Subject } from '../../data/index.ts'
import { ByteReader, ByteWriter, contentHash, isSluiceError, SluiceError } from '../../foundation/index.ts'
import type { ReviewOutcome } from '../../policy/index.ts'
import { isPolicyRecord, readPolicyRecord } from './policy-record.ts'
import { isScoredRecord, readScored } from './scored-decision.ts'
import { SystemPolicy } from './system-policy.ts'

/** Raised when the meaning of what is saved changes. */
const LAYOUT = 'sluice-policy-1'
const DOLLAR = '$'.charCodeAt(0)

/** What a record did to the machine that it concerns: what that says, or why it was refused and changed nothing. */
export type PolicyOutcome = { readonly done: unknown } | { readonly refused: SluiceError }

/**
 * Rules, lists and review queues of all scoring systems as of an offset. It follows the log beside the feature state,
 * and is a function of the records.
 */
export class PolicyState {
  readonly systems: ReadonlyMap<string, SystemPolicy>
  /** Identity of what is kept; what was saved under another is not read. */
  readonly #hash: string
  #offset = 0

  constructor(application: Application) {
    const systems = scoringSystems(application)
    this.systems = new Map(systems.map(([name, system]) => [name, new SystemPolicy(name, system)]))
    this.#hash = contentHash(systems.map(([name, { policy }]) => [name, policy.lists, policy.review, policy.guard]))
  }

  /** The offset of the last record that was seen. */
  get offset(): number {
    return this.#offset
  }

  /**
   * Takes a record, in the order of their offsets; those that concern no policy move the offset alone.
   *
   * @returns undefined for a record that is no change
   */
  apply(offset: number, record: EventRecord): PolicyOutcome | undefined {
    this.#offset = offset
    return this.#take(record)
  }

  #take(record: EventRecord): PolicyOutcome | undefined {
    if (record.type.charCodeAt(0) !== DOLLAR) return undefined
    if (isScoredRecord(record)) {
      const decision = readScored(record)
      this.systems.get(decision.system)?.counts.add(decision)
      return undefined
    }
    return isPolicyRecord(record) ? this.#change(record) : undefined
  }

  /** Reads the log from where it stands, and hands on what each change did. */
  follow(
    log: EventLog,
    until = log.head,
    onChange: (record: EventRecord, outcome: PolicyOutcome) => void = ignore,
  ): void {
    if (this.systems.size === 0) return
    for (const { firstOffset, records } of log.read(this.#offset + 1, until)) {
      for (let index = 0; index < records.length; index++) {
        const outcome = this.apply(firstOffset + index, records[index]!)
        if (outcome) onChange(records[index]!, outcome)
      }
    }
    this.#offset = Math.max(this.#offset, until)
  }

  /** Lets go of somebody, without reading the log again. */
  forget(subject: Subject, decisions: ReadonlySet<string>, at: number): void {
    for (const system of this.systems.values()) system.forget(subject, decisions, at)
  }

  save(): Uint8Array {
    const writer = new ByteWriter().text(LAYOUT).text(this.#hash).float64(this.#offset)
    for (const system of this.systems.values()) system.save(writer)
    return writer.finish()
  }

  /**
   * Fills one that is new; after an error it is not to be used.
   *
   * @throws SluiceError `DIRECTORY_CORRUPT` when the bytes are of another layout or application
   */
  load(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes, 'DIRECTORY_CORRUPT')
    if (reader.text() !== LAYOUT || reader.text() !== this.#hash) {
      const message = 'policy: expected a snapshot of this application, got another; it is rebuilt from the log'
      throw new SluiceError('DIRECTORY_CORRUPT', message)
    }
    this.#offset = reader.float64()
    for (const system of this.systems.values()) system.load(reader)
  }

  #change(record: EventRecord): PolicyOutcome | undefined {
    const { system, ...change } = readPolicyRecord(record)
    const policy = this.systems.get(system)
    if (policy === undefined) return undefined
    try {
      return { done: policy.apply(change) }
    } catch (error) {
      if (isSluiceError(error)) return { refused: error }
      throw error
    }
  }
}

/** Whether a change was a verdict, whose labels become events. */
export function labelsOfOutcome(outcome: PolicyOutcome): ReviewOutcome['labels'] {
  const done = 'done' in outcome ? (outcome.done as Partial<ReviewOutcome> | undefined) : undefined
  return done?.labels ?? []
}

function ignore(): void {}
