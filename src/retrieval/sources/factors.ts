import type { Sequence } from '../../features/index.ts'
import { type Duration, durationMs } from '../../foundation/index.ts'
import type { AlsOptions } from '../../models/index.ts'
import type { Condition } from '../../problem/index.ts'
import { type CandidateSource, candidateSource, type SourceOptions } from '../candidate-source.ts'
import type { RetrievalSetting } from '../environment.ts'
import type { RetrievalModelSpec } from '../retrieval-model.ts'
import { scoredByHistory } from '../scored-by-history.ts'
import { subjectHistory } from './item-to-item.ts'

interface FactorsOptions extends SourceOptions {
  readonly where?: Condition
  /** How many of the subject's last items speak; default 100. */
  readonly history?: number
  /** An item counts half for each such time that it was met before the newest one; absent: all the same. */
  readonly halfLife?: Duration
  readonly model?: Partial<AlsOptions>
}

/**
 * What lies near the subject in a space of factors, by implicit alternating least squares. The subject's vector is made
 * of its recent history at the request, so the newest event counts at once and a new person needs no training. Up to
 * 30,000 items all of them are scanned, more are searched by an index. Gives nothing when the model knows none of the history.
 */
export function factors(event: string, options: FactorsOptions = {}): CandidateSource {
  const { where, history = 100, halfLife, model: modelOptions = {} } = options
  const halfLifeMs = halfLife === undefined ? undefined : durationMs(halfLife)
  const model: RetrievalModelSpec = { kind: 'als', event, where, options: modelOptions }
  const sequence = (setting: RetrievalSetting) => subjectHistory(setting, event, where, history)
  return candidateSource('factors', options, {
    model,
    scoresItems: true,
    extra: { history, halfLifeMs },
    aggregates: (setting) => [sequence(setting)],
    open(context) {
      const recent = context.state.aggregate<'sequence'>(sequence(context))
      const fitted = context.model(model)
      const weights = (subject: number) => recencyWeights(recent, subject, halfLifeMs)
      if (!fitted?.isIndexed) {
        return scoredByHistory(fitted, (subject) => fitted?.scoreHistory(recent.items(subject), weights(subject)))
      }
      return {
        retrieve(request, limit) {
          const { subject } = request
          return fitted.nearest(recent.items(subject), weights(subject), limit, (item) => request.accept(item))
        },
        scoreItems({ subject }, items, out) {
          fitted.scoreSome(recent.items(subject), weights(subject), items, out)
        },
      }
    },
  })
}

/** Of the newest item 1, and half of that for every half-life before it. */
function recencyWeights(recent: Sequence, subject: number, halfLifeMs: number | undefined): Float64Array | undefined {
  if (halfLifeMs === undefined) return undefined
  const size = recent.size(subject)
  const weights = new Float64Array(size)
  for (let place = 0; place < size; place++) {
    weights[place] = 2 ** ((recent.time(subject, place) - recent.time(subject, size - 1)) / halfLifeMs)
  }
  return weights
}
