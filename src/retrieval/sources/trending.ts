import type { Trend, TrendSpec } from '../../features/index.ts'
import { type Duration, durationMs } from '../../foundation/index.ts'
import type { Condition } from '../../problem/index.ts'
import {
  type CandidateSource,
  candidateSource,
  NOTHING,
  type SourceOptions,
  type SourceResult,
} from '../candidate-source.ts'
import { type RetrievalRequest, type RetrievalSetting, referenceField, requireAttribute } from '../environment.ts'
import { scanItems } from '../item-scan.ts'

interface TrendingOptions extends SourceOptions {
  readonly where?: Condition
  readonly halfLife: Duration
}

/** What is met most of late, by everyone. */
export function trending(event: string, options: TrendingOptions): CandidateSource {
  const spec = (setting: RetrievalSetting) => trendOf(setting, event, options)
  return candidateSource('trending', options, {
    cost: 'lookup',
    extra: { event, where: options.where, halfLife: options.halfLife },
    aggregates: (setting) => [spec(setting)],
    open(context) {
      const trend = context.state.aggregate<'trend'>(spec(context))
      return { retrieve: (request, limit) => topOfGroup(trend, undefined, request, limit) }
    },
  })
}

/** What is met most of late by those who share a category with the subject: `popularIn('watch', { by: 'user.country', … })`. */
export function popularIn(event: string, options: TrendingOptions & { by: string }): CandidateSource {
  const attribute = options.by.split('.')[1] ?? ''
  const spec = (setting: RetrievalSetting): TrendSpec => ({
    ...trendOf(setting, event, options),
    by: `${referenceField(setting.schema, event, setting.subject)}.${attribute}`,
  })
  return candidateSource(`popular-in-${attribute}`, options, {
    cost: 'lookup',
    extra: { event, where: options.where, halfLife: options.halfLife, by: options.by },
    aggregates(setting) {
      requireAttribute(setting.schema, setting.subject, options.by, ['category'])
      return [spec(setting)]
    },
    open(context) {
      const trend = context.state.aggregate<'trend'>(spec(context))
      const groupOf = context.state.attributes.categoryReader(options.by)
      return {
        retrieve(request, limit) {
          const group = request.subject < 0 ? -1 : groupOf(request.subject)
          return group < 0 ? NOTHING : topOfGroup(trend, group, request, limit)
        },
      }
    },
  })
}

function trendOf({ schema, item }: RetrievalSetting, event: string, options: TrendingOptions): TrendSpec {
  const { where, halfLife } = options
  return { kind: 'trend', event, where, of: referenceField(schema, event, item), halfLifeMs: durationMs(halfLife) }
}

function topOfGroup(trend: Trend, group: number | undefined, request: RetrievalRequest, limit: number): SourceResult {
  const { items } = scanItems(request, limit, trend.weights(group), (count) => trend.leaders(count, group))
  return { items, scores: trend.counts(items, request.frame.at, group) }
}
