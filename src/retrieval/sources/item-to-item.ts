import type { SequenceSpec } from '../../features/index.ts'
import type { EaseOptions } from '../../models/index.ts'
import type { Condition } from '../../problem/index.ts'
import { type CandidateSource, candidateSource, type SourceOptions } from '../candidate-source.ts'
import { type RetrievalSetting, referenceField } from '../environment.ts'
import type { RetrievalModelSpec } from '../retrieval-model.ts'
import { scoredByHistory } from '../scored-by-history.ts'

interface ItemToItemOptions extends SourceOptions {
  readonly where?: Condition
  /** How many of the subject's last items speak; default 50. */
  readonly history?: number
  readonly model?: Partial<EaseOptions>
}

/** What goes with the subject's recent history as a whole, by EASE. Gives nothing when the model knows none of it. */
export function itemToItem(event: string, options: ItemToItemOptions = {}): CandidateSource {
  const { where, history = 50, model: modelOptions = {} } = options
  const model: RetrievalModelSpec = { kind: 'ease', event, where, options: modelOptions }
  const sequence = (setting: RetrievalSetting) => subjectHistory(setting, event, where, history)
  return candidateSource('item-to-item', options, {
    model,
    scoresItems: true,
    extra: { history },
    aggregates: (setting) => [sequence(setting)],
    open(context) {
      const recent = context.state.aggregate<'sequence'>(sequence(context))
      const fitted = context.model(model)
      return scoredByHistory(fitted, (subject) => fitted?.scoreHistory(recent.items(subject)))
    },
  })
}

/** The sequence of a subject's last items. */
export function subjectHistory(
  { schema, subject, item }: RetrievalSetting,
  event: string,
  where: Condition | undefined,
  length: number,
): SequenceSpec {
  const by = referenceField(schema, event, subject)
  return { kind: 'sequence', event, where, by, of: referenceField(schema, event, item), length }
}
