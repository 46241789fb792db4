import { type TSchema, Type } from '@sinclair/typebox'
import { ACTIONS } from '../../policy/index.ts'
import { Id, Open, orNull } from './schemas.ts'

/** Who changes something: a person's or a program's name. */
export const By = Type.String({ minLength: 1, maxLength: 256, description: 'who does it; kept with the change' })
export const Note = Type.String({ maxLength: 2_000 })

const Action = Type.String({ enum: [...ACTIONS] })

const Reason = Type.Object({
  source: Type.String({ enum: ['list', 'rule', 'model', 'feature'] }),
  name: Type.String(),
  action: Type.Optional(Type.String({ description: 'what it asked for; a feature asks for nothing by itself' })),
  because: Type.String({ description: 'for the one who reads it' }),
  value: Type.Optional(orNull('number')),
  contribution: Type.Optional(Type.Number({ description: 'what a feature adds to the log-odds' })),
})

const answerFields = {
  asOf: Type.Integer({ description: 'the offset that the state had seen; of an event its own' }),
  model: orNull('string'),
  degraded: Type.Array(Type.String(), { description: 'what was missing from the answer, such as `model: missing`' }),
  probability: Type.Unsafe<unknown>({ type: ['number', 'null'], description: 'calibrated; null without a model' }),
  action: Action,
  reasons: Type.Array(Reason),
}

export const ScoreAnswer = Type.Object({
  decision: Type.String({ description: 'GET /v1/decisions/:id explains it' }),
  ...answerFields,
  duplicate: Type.Optional(Type.Boolean({ description: 'the event was known; a decision that it had stands' })),
})

const RulesOfDecision = Type.Object({
  version: Type.Integer({ description: '0 is what the application declares' }),
  hash: Type.String(),
})

export const ScoredDecisionAnswer = Type.Object({
  id: Type.String(),
  system: Type.String(),
  at: Type.Integer({ description: 'milliseconds since the Unix epoch' }),
  ...answerFields,
  modelHash: orNull('string'),
  featureHash: Type.String(),
  systemHash: Type.String(),
  rowsHash: Type.String(),
  event: orNull('string'),
  eventOffset: orNull('integer'),
  keys: Type.Record(Type.String(), Type.String(), { description: 'who and what it is about, by field of the event' }),
  amount: orNull('number'),
  rules: RulesOfDecision,
  shadow: Type.Array(Type.Object({ version: Type.Integer(), action: Action }), {
    description: 'what rules in shadow would have done; nothing was done of it',
  }),
  reviewPropensity: Type.Number({ description: 'the chance, known before, that a person reviews it' }),
  alert: orNull('string'),
  reproduced: Type.Optional(Type.Boolean({ description: 'whether it could be made again to the byte' })),
  explanation: Type.Optional(
    Type.Object({
      score: Type.Number({ description: 'log-odds, before calibration' }),
      baseline: Type.Number(),
      contributions: Type.Array(
        Type.Object({ feature: Type.String(), value: orNull('number'), contribution: Type.Number() }),
        { description: 'largest effect first; with the baseline they sum to the score' },
      ),
    }),
  ),
})

export const RuleSetAnswer = Open('a version of the rules with its state, share and newest backtest')

export const RulesAnswer = Type.Object({
  live: Type.Integer({ description: 'the version that decides; 0 is what the application declares' }),
  declared: Type.String({ description: 'the rules of the application itself' }),
  versions: Type.Array(RuleSetAnswer, { description: 'oldest first' }),
  counts: Type.Array(Open('what a version did, and in shadow would have done, by action')),
  columns: Type.Object({ numbers: Type.Array(Type.String()), texts: Type.Array(Type.String()) }),
})

export const BacktestAnswer = Type.Object({ version: RuleSetAnswer, report: Open('what the rules would have done') })

export const ListEntryAnswer = Open('an entry with its reason, who put it there, when, and when it expires')

export const ListsAnswer = Type.Object({
  size: Type.Integer({ description: 'entries of all lists, expired ones that were not dropped yet included' }),
  entries: Type.Array(ListEntryAnswer),
})

export const ListImportAnswer = Type.Object({
  added: Type.Integer({ description: 'put on a list, or changed there' }),
  unchanged: Type.Integer({ description: 'stood there already, saying the same' }),
  rejected: Type.Array(Type.Object({ line: Type.Integer(), code: Type.String(), message: Type.String() })),
})

export const CaseAnswer = Open('a case with its alerts, opinions, lease and expected loss')

export const ClaimAnswer = Type.Object({ case: orObject(CaseAnswer) })

export const VerdictAnswer = Type.Object({
  case: CaseAnswer,
  isDecided: Type.Boolean({ description: 'whether it was the last word on the case' }),
  labels: Type.Array(Open('what goes back into the log as an event of the label')),
})

export const CasesAnswer = Type.Object({
  backlog: Open('how much waits, for how long, and how fast it is cleared'),
  cases: Type.Array(CaseAnswer, { description: 'most urgent first' }),
  reviewers: Type.Array(Open('what a reviewer has done')),
  agreement: Type.Object({
    pairs: Type.Integer({ description: 'cases that two looked at' }),
    kappa: orNull('number'),
  }),
})

export const Params = Type.Object({ name: Type.String() })
export const VersionParams = Type.Object({ name: Type.String(), version: Type.Integer({ minimum: 1 }) })
export const CaseParams = Type.Object({ name: Type.String(), id: Id })

function orObject(schema: TSchema): TSchema {
  return Type.Unsafe<unknown>({ ...schema, type: ['object', 'null'] })
}
