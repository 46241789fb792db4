import type { Condition } from '../../problem/index.ts'
import { type CandidateSource, candidateSource, NOTHING, type SourceOptions } from '../candidate-source.ts'
import type { RetrievalSetting } from '../environment.ts'
import { requireTowerAttributes } from '../towers/require-tower-attributes.ts'
import type { TowerAttribute, TowerModelOptions, TwoTowerSpec } from '../towers/tower-spec.ts'
import { subjectHistory } from './item-to-item.ts'

interface TwoTowerSourceOptions extends SourceOptions {
  readonly where?: Condition
  /** Attributes of the subject that speak, a number with a band: `['user.country', { path: 'user.birthYear', band: 5 }]`. */
  readonly user?: readonly TowerAttribute[]
  /** Attributes of an item that speak: `['video.genres', 'video.creator', 'video.title']`. */
  readonly item: readonly TowerAttribute[]
  /** How many of the subject's last items speak; default 30. */
  readonly history?: number
  readonly model?: TowerModelOptions
}

/**
 * Items whose vector is closest to the subject's, by two towers over what is known of both. An item has a vector from
 * the moment it is described, and a subject from its attributes and its first events: neither waits for a training.
 */
export function twoTower(event: string, options: TwoTowerSourceOptions): CandidateSource {
  const { where, user = [], item, history = 30, model: modelOptions = {} } = options
  const towers: TwoTowerSpec = { kind: 'two-tower', event, where, user, item, history, options: modelOptions }
  const sequence = (setting: RetrievalSetting) => subjectHistory(setting, event, where, history)
  return candidateSource('two-tower', options, {
    towers,
    scoresItems: true,
    freshness: 'description',
    aggregates(setting) {
      requireTowerAttributes(setting, towers)
      return [sequence(setting)]
    },
    open(context) {
      const recent = context.state.aggregate<'sequence'>(sequence(context))
      const fitted = context.towers?.(towers)
      return {
        retrieve(request, limit) {
          return fitted?.closest(recent, request, limit) ?? NOTHING
        },
        scoreItems(request, items, out) {
          const vector = fitted?.userVector(request.subject, recent)
          if (!fitted || !vector) out.fill(Number.NaN)
          else fitted.closenessOf(vector, items, out)
        },
      }
    },
  })
}
