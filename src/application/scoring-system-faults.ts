import type { FeatureSet } from '../features/index.ts'
import { durationMs, thrownMessages } from '../foundation/index.ts'
import { compareCalibrators, negativeSamplingOffset } from '../models/index.ts'
import { ACTIONS, chooseThreshold, compileRules, EntityLists, fitCapacityPrice } from '../policy/index.ts'
import { conditionFaults, type FieldKind, type Schema } from '../problem/index.ts'
import { unknownColumns } from '../ranking/index.ts'
import { referenceField } from '../retrieval/index.ts'
import { PROBABILITY, ruleVocabulary, type ScoringSystem } from './scoring-system.ts'

/** What is wrong with a scoring system over a schema, in words; empty when nothing is. */
export function scoringSystemFaults(schema: Schema, features: FeatureSet, system: ScoringSystem): string[] {
  // Everything else is said in terms of the event.
  if (!Object.hasOwn(schema.events, system.event)) return [`unknown event ${system.event}`]
  return [
    ...problemFaults(schema, system),
    ...eventFaults(schema, system),
    ...labelFaults(schema, system),
    ...modelFaults(features, system),
    ...decideFaults(system),
    ...rulesFaults(schema, features, system),
    ...reviewFaults(schema, system),
  ]
}

function problemFaults(schema: Schema, { problem, budgetMs }: ScoringSystem): string[] {
  const { task, objective } = problem
  return [
    ...(task === 'classification' ? [] : [`problem.task: expected classification, got ${task}`]),
    ...(Object.hasOwn(schema.events, objective) ? [] : [`problem.objective: unknown event ${objective}`]),
    ...(budgetMs > 0 ? [] : [`budgetMs: expected milliseconds above 0, got ${budgetMs}`]),
  ]
}

function eventFaults(schema: Schema, system: ScoringSystem): string[] {
  const { event, subject, amount, segment } = system
  return [
    ...(Object.hasOwn(schema.entities, subject)
      ? thrownMessages(() => referenceField(schema, event, subject)).map((fault) => `subject: ${fault}`)
      : [`unknown entity ${subject}`]),
    ...fieldFaults(schema, event, 'amount', amount, ['number', 'integer']),
    ...fieldFaults(schema, event, 'segment', segment, ['category']),
  ]
}

function fieldFaults(
  schema: Schema,
  event: string,
  what: string,
  name: string | undefined,
  kinds: readonly FieldKind[],
): string[] {
  const usable = Object.entries(schema.events[event] ?? {}).filter(([, { kind }]) => kinds.includes(kind))
  if (name === undefined || usable.some(([field]) => field === name)) return []
  const known = usable.map(([field]) => field).join(', ') || 'it has none'
  return [`${what}: expected a field of ${event} of kind ${kinds.join(' or ')} (${known}), got ${name}`]
}

function labelFaults(schema: Schema, { label, event: scored }: ScoringSystem): string[] {
  const { event, of, positive, matureAfter, early } = label
  const fields = Object.hasOwn(schema.events, event) ? schema.events[event] : undefined
  if (fields === undefined) return [`label: unknown event ${event}`]
  return [
    ...(event === scored ? [`label.event: expected another event than ${scored}, which is scored`] : []),
    ...fieldFaults(schema, event, 'label.of', of, ['identifier']),
    ...conditionFaults(positive ?? null, fields).map((fault) => `label.positive: ${fault}`),
    ...(early === undefined ? [] : conditionFaults(early.where ?? null, fields)).map(
      (fault) => `label.early: ${fault}`,
    ),
    ...thrownMessages(() => durationMs(matureAfter)).map((fault) => `label.matureAfter: ${fault}`),
  ]
}

const TWO_ROWS = { scores: Float64Array.of(0, 1), labels: Float64Array.of(0, 1) }

function modelFaults(features: FeatureSet, { features: read, imbalance, calibration }: ScoringSystem): string[] {
  return [
    ...unknownColumns(features.columnNames, read).map((name) => `features: unknown feature ${name}`),
    ...(read?.length === 0 ? ['features: expected at least one, got none'] : []),
    ...(imbalance?.kind === 'undersample' ? thrownMessages(() => negativeSamplingOffset(imbalance.share)) : []).map(
      (fault) => `imbalance: ${fault}`,
    ),
    ...(imbalance?.kind === 'weight' && !(imbalance.positive > 0 && Number.isFinite(imbalance.positive))
      ? [`imbalance.positive: expected a weight above 0, got ${imbalance.positive}`]
      : []),
    ...thrownMessages(() => compareCalibrators(TWO_ROWS, TWO_ROWS, calibration)).map(
      (fault) => `calibration: ${fault}`,
    ),
  ]
}

function decideFaults({ policy, amount }: ScoringSystem): string[] {
  const { decide } = policy
  const wantsAmount = (what: string) =>
    amount === undefined ? [`${what}: expected an amount, since it weighs costs, got none; name the field`] : []
  if (decide.kind === 'cost') {
    const { costs, actions = ACTIONS, reviewsPerDay = 0 } = decide
    const demand = { probabilities: new Float64Array(1), amounts: new Float64Array(1), days: 1 }
    const unknown = actions.filter((action) => !ACTIONS.includes(action))
    return [
      ...wantsAmount('policy.decide'),
      ...thrownMessages(() => fitCapacityPrice(demand, { costs, actions }, reviewsPerDay)).map(
        (fault) => `policy.decide: ${fault}`,
      ),
      ...unknown.map((action) => `policy.decide.actions: expected some of ${ACTIONS.join(', ')}, got ${action}`),
    ]
  }
  const sample = { ...TWO_ROWS, amounts: new Float64Array(2), days: 1 }
  return Object.entries(decide.goals).flatMap(([action, goal]) => [
    ...(ACTIONS.some((known) => known === action && known !== 'allow')
      ? []
      : [`policy.decide.goals: expected some of ${ACTIONS.slice(1).join(', ')}, got ${action}`]),
    ...(goal.kind === 'cost' ? wantsAmount(`policy.decide.goals.${action}`) : []),
    ...thrownMessages(() => chooseThreshold(sample, goal)).map((fault) => `policy.decide.goals.${action}: ${fault}`),
  ])
}

function rulesFaults(schema: Schema, features: FeatureSet, system: ScoringSystem): string[] {
  const { rules, lists, guard } = system.policy
  const vocabulary = ruleVocabulary(schema, features, system)
  const repeated = [...vocabulary.texts, PROBABILITY].filter((name) => features.columnNames.includes(name))
  const blocked = guard?.mostBlocked ?? 1
  return [
    ...repeated.map((name) => `features: a rule could not tell ${name} from a feature; give it another name`),
    ...(rules === undefined ? [] : thrownMessages(() => compileRules(rules, vocabulary))).map(
      (fault) => `policy.rules: ${fault}`,
    ),
    ...thrownMessages(() => new EntityLists(lists)).map((fault) => `policy.lists: ${fault}`),
    ...(blocked > 0 && blocked <= 1
      ? []
      : [`policy.guard.mostBlocked: expected a share above 0 and at most 1, got ${blocked}`]),
  ]
}

function reviewFaults(schema: Schema, { event, policy }: ScoringSystem): string[] {
  const { caseOf, lease, secondLook = 0, exploration = 0 } = policy.review ?? {}
  return [
    ...(caseOf === undefined ? [] : thrownMessages(() => referenceField(schema, event, caseOf))).map(
      (fault) => `policy.review.caseOf: ${fault}`,
    ),
    ...(lease === undefined ? [] : thrownMessages(() => durationMs(lease))).map(
      (fault) => `policy.review.lease: ${fault}`,
    ),
    ...Object.entries({ secondLook, exploration })
      .filter(([, share]) => !(share >= 0 && share <= 1))
      .map(([name, share]) => `policy.review.${name}: expected a share from 0 to 1, got ${share}`),
  ]
}
