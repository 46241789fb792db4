import { type Application, hashOfSystem, ruleVocabulary, type ScoringSystem } from '../../application/index.ts'
import type { EventRecord } from '../../data/index.ts'
import { EventRows, type FeatureState } from '../../features/index.ts'
import { hashFloats, hashString, hashString53, isSluiceError } from '../../foundation/index.ts'
import { type Action, decideAction, type ModelPolicy, type PolicyDecision } from '../../policy/index.ts'
import { explainScore, type ScoreExplanation } from '../../ranking/index.ts'
import { loadScoringModel, type ModelVersion, requireSameSystem, type ScoringModel } from '../../training/index.ts'
import type { LoadedModel } from '../live-system.ts'
import { type KeyField, keyFieldsOf } from './event-keys.ts'
import { FeatureReasons } from './reason-words.ts'
import { type OpenRules, RulePrograms } from './rule-programs.ts'
import type { ScoredDecision, ScoreReason, ShadowAction } from './scored-decision.ts'
import type { SystemPolicy } from './system-policy.ts'

/** What is to be decided. */
export interface ScoreQuestion {
  /** Of the decision. */
  readonly id: string
  /** When it was asked, in milliseconds since the Unix epoch. */
  readonly askedAt: number
  /** Absent when a subject is asked about. */
  readonly event: { readonly record: EventRecord; readonly offset: number } | undefined
  /** Who and what it is about, by field of the event. */
  readonly keys: Readonly<Record<string, string>>
}

export const MODEL_MISSING = 'model: missing'
export const MODEL_FAILED = 'model: failed'
/** The event was known before, undecided: the state has seen more than it. */
export const STATE_LATER = 'state: later'

/** Without a model nothing is asked for. */
const NO_POLICY: ModelPolicy = { kind: 'thresholds', thresholds: {} }

/**
 * A scoring system that is bound to a state, to one version of its model, and to the rules and lists as they are.
 * Another version or state is another live scorer.
 */
export class LiveScorer {
  readonly name: string
  readonly system: ScoringSystem
  readonly state: FeatureState
  readonly systemHash: string
  readonly featureHash: string
  readonly version: ModelVersion | undefined
  readonly keyFields: readonly KeyField[]
  readonly columnNames: readonly string[]
  readonly policy: SystemPolicy
  readonly #model: ScoringModel | undefined
  readonly #programs: RulePrograms
  readonly #rows: EventRows
  readonly #subjectField: string | undefined
  /** Places of the texts that rules read, by name of the event's field. */
  readonly #textFields: readonly string[]
  readonly #explorationSeed: number
  readonly #reasons: FeatureReasons
  /** What rules read of a row, with the probability behind it; overwritten by each question. */
  readonly #numbers: Float64Array

  /** @throws SluiceError `MODEL_MISMATCH` when the model was made for another definition, `MODEL_CORRUPT` */
  constructor(
    application: Application,
    name: string,
    system: ScoringSystem,
    parts: { state: FeatureState; policy: SystemPolicy; model: LoadedModel | undefined },
  ) {
    const { schema, features } = application
    const { model } = parts
    if (model) requireSameSystem(application, system, model.version)
    this.name = name
    this.system = system
    this.state = parts.state
    this.policy = parts.policy
    this.systemHash = hashOfSystem(application, system)
    this.featureHash = features.hash
    this.version = model?.version
    this.columnNames = features.columnNames
    this.keyFields = keyFieldsOf(schema, system)
    this.#model = model && loadScoringModel(system, features.columnNames, model.artifacts)
    const vocabulary = ruleVocabulary(schema, features, system)
    this.#programs = new RulePrograms(vocabulary, system.policy.rules ?? '')
    this.#textFields = vocabulary.texts
    this.#rows = new EventRows(features, parts.state, system.event)
    this.#subjectField = this.keyFields.find(({ entity }) => entity === system.subject)?.field
    this.#explorationSeed = hashString(`exploration of ${name}`)
    this.#reasons = new FeatureReasons(features.columnNames)
    this.#numbers = new Float64Array(this.#rows.width + 1)
  }

  /** The keys of a question about a subject alone. */
  keysOfSubject(subject: string): Readonly<Record<string, string>> {
    return this.#subjectField === undefined ? {} : { [this.#subjectField]: subject }
  }

  /** Whose event it is, by the keys of a question; undefined when nobody is named. */
  subjectOf(keys: Readonly<Record<string, string>>): string | undefined {
    return this.#subjectField === undefined ? undefined : keys[this.#subjectField]
  }

  /** Whose alerts are one case, by the keys of a question. */
  caseOf(keys: Readonly<Record<string, string>>): string | undefined {
    const entity = this.system.policy.review?.caseOf ?? this.system.subject
    const field = this.keyFields.find((each) => each.entity === entity)?.field
    return field === undefined ? undefined : keys[field]
  }

  /** The entity that a field of the event names. */
  readonly entityOf = (field: string): string =>
    this.keyFields.find((each) => each.field === field)?.entity ?? this.system.subject

  /** The feature row of a question as of the state's offset. Shape (columns,). */
  rowOf({ event, keys, askedAt }: ScoreQuestion): Float64Array {
    const row = new Float64Array(this.#rows.width)
    if (event) this.#rows.fill(event.record, row)
    else this.#rows.fillSubject(askedAt, this.#entityKeys(keys), row)
    return row
  }

  /**
   * Decides as of the state's offset: the same state, policy, question and model give the same bytes. A model that is
   * missing or fails leaves the decision to the rules, and is named in `degraded`.
   *
   * @param options.row - what {@link rowOf} gave for the question, when it was asked
   * @param options.leaveOut - what a replay has to leave out, as `degraded` named it
   */
  decide(
    question: ScoreQuestion,
    { row = this.rowOf(question), leaveOut = [] }: { row?: Float64Array; leaveOut?: readonly string[] } = {},
  ): ScoredDecision {
    const { id, askedAt, event, keys } = question
    const scored = this.#score(row, leaveOut)
    const rules = this.#rulesFor(keys)
    const isLate = event !== undefined && event.offset !== this.state.offset
    const decided = this.#act(rules.open, question, row, scored.probability)
    return {
      id,
      system: this.name,
      at: askedAt,
      asOf: this.state.offset,
      model: this.version?.version ?? null,
      modelHash: this.version?.modelHash ?? null,
      featureHash: this.featureHash,
      systemHash: this.systemHash,
      rowsHash: hashFloats(row),
      event: event?.record.id ?? null,
      eventOffset: event?.offset ?? null,
      keys,
      amount: this.#amountOf(event?.record) ?? null,
      degraded: [...scored.degraded, ...rules.degraded, ...(isLate ? [STATE_LATER] : [])],
      probability: scored.probability ?? null,
      action: decided.action,
      reasons: [...decided.reasons, ...this.#featureReasons(row, scored.probability)],
      rules: { version: rules.open.version, hash: rules.open.hash },
      shadow: this.#shadowActions(question, row, scored.probability),
      ...this.#review(decided.action, event?.record.id),
    }
  }

  /** Every contribution to the score of a row; undefined without a model. */
  explain(row: Float64Array): ScoreExplanation | undefined {
    return this.#model && explainScore(this.#model.model, this.columnNames, row)
  }

  #score(
    row: Float64Array,
    leaveOut: readonly string[],
  ): { probability: number | undefined; degraded: readonly string[] } {
    if (this.#model === undefined) return { probability: undefined, degraded: [MODEL_MISSING] }
    if (!leaveOut.includes(MODEL_FAILED)) {
      try {
        const probability = this.#model.probabilityOf(row)
        if (probability >= 0 && probability <= 1) return { probability, degraded: [] }
      } catch (error) {
        if (!isSluiceError(error)) throw error
      }
    }
    return { probability: undefined, degraded: [MODEL_FAILED] }
  }

  /** The rules that decide about somebody; those of the application where a version cannot be read. */
  #rulesFor(keys: Readonly<Record<string, string>>): { open: OpenRules; degraded: readonly string[] } {
    const set = this.policy.rules.decidesFor(this.subjectOf(keys) ?? '')
    if (set === undefined) return { open: this.#programs.declared, degraded: [] }
    const open = this.#programs.of(set)
    if (open) return { open, degraded: [] }
    return { open: this.#programs.declared, degraded: [`rules: version ${set.version} cannot be read`] }
  }

  #shadowActions(question: ScoreQuestion, row: Float64Array, probability: number | undefined): ShadowAction[] {
    return this.policy.rules.shadows.flatMap((set) => {
      const open = this.#programs.of(set)
      return open ? [{ version: set.version, action: this.#act(open, question, row, probability).action }] : []
    })
  }

  #act(
    { program, fired }: OpenRules,
    { event, keys, askedAt }: ScoreQuestion,
    row: Float64Array,
    probability: number | undefined,
  ): PolicyDecision {
    const numbers = this.#numbers
    numbers.set(row)
    numbers[row.length] = probability ?? Number.NaN
    const texts = this.#textFields.map((field) => textOf(event?.record[field] ?? keys[field]))
    const listed = this.policy.lists.findFirst(this.#entityKeys(keys), event?.record.at ?? askedAt)
    const amount = this.#amountOf(event?.record) ?? 0
    const input = { probability, amount, row: { numbers, texts }, listed }
    return decideAction(program, this.#model?.policy ?? NO_POLICY, input, fired)
  }

  #entityKeys(keys: Readonly<Record<string, string>>): [entity: string, key: string][] {
    const named: [string, string][] = []
    for (const { field, entity } of this.keyFields) {
      const key = keys[field]
      if (key !== undefined) named.push([entity, key])
    }
    return named
  }

  #amountOf(record: EventRecord | undefined): number | undefined {
    const amount = this.system.amount === undefined ? undefined : record?.[this.system.amount]
    return typeof amount === 'number' ? amount : undefined
  }

  #featureReasons(row: Float64Array, probability: number | undefined): ScoreReason[] {
    if (this.#model === undefined || probability === undefined) return []
    return this.#reasons.of(row, this.#model.model.explain(row).contributions)
  }

  /** Who is reviewed: what the action says, and a share of all other events that is drawn by their ids. */
  #review(action: Action, eventId: string | undefined): Pick<ScoredDecision, 'reviewPropensity' | 'alert'> {
    if (eventId === undefined) return { reviewPropensity: 0, alert: null }
    if (action === 'review') return { reviewPropensity: 1, alert: 'action' }
    const share = this.system.policy.review?.exploration ?? 0
    const isDrawn = hashString53(eventId, this.#explorationSeed) < share * 2 ** 53
    return { reviewPropensity: share, alert: isDrawn ? 'exploration' : null }
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
