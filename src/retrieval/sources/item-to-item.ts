import type { SequenceSpec } from '../../features/index.ts'
import type { EaseOptions } from '../../models/index.ts'
import type { Condition } from '../../problem/index.ts'
import { type CandidateSource, candidateSource, NOTHING, type SourceOptions } from '../candidate-source.ts'
import { type RetrievalSetting, referenceField } from '../environment.ts'
import { scanItems } from '../item-scan.ts'
import { ItemScores } from '../item-scores.ts'
import type { RetrievalModelSpec } from '../retrieval-model.ts'

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
      const scores = new ItemScores()
      return {
        retrieve(request, limit) {
          const found = fitted?.scoreHistory(recent.items(request.subject))
          if (!fitted || !found) return NOTHING
          const byItem = scores.of(request.itemCount)
          fitted.spread(found, byItem)
          return scanItems(request, limit, byItem)
        },
        scoreItems(request, items, out) {
          const found = fitted?.scoreHistory(recent.items(request.subject))
          if (!fitted || !found) out.fill(Number.NaN)
          else for (let index = 0; index < items.length; index++) out[index] = fitted.scoreIn(found, items[index]!)
        },
      }
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
