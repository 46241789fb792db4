import type { AggregateSpec, SeriesSpec } from '../features/index.ts'
import { type Duration, durationMs, SluiceError } from '../foundation/index.ts'
import type { Condition } from '../problem/index.ts'
import { type RetrievalSetting, referenceField, requireAttribute } from '../retrieval/index.ts'

/** What is shown to be learnt about, and how much of a page that may cost. Plain data. */
export interface Exploration {
  /** Items are new until they are so old, by a timestamp attribute, or were shown so often. */
  readonly newItems: { readonly by: string; readonly maxAge: Duration; readonly exposures: number }
  /** The event of an item being shown. */
  readonly exposure: string
  /** The event that makes an exposure a success. */
  readonly success: { readonly event: string; readonly where?: Condition | undefined }
  /**
   * What is believed of an item before it was shown: so many successes in so many exposures, and with `by`, a category
   * of the item such as its creator, what the others of that category did within `window`, counted as at most `atMost`
   * exposures.
   */
  readonly prior: {
    readonly successes: number
    readonly exposures: number
    readonly by?: string | undefined
    readonly atMost: number
    readonly window: Duration
  }
  /** The share of all places that may go to exploration, in (0, 1). */
  readonly budgetShare: number
  /** How many new items are looked at for a page, the least shown first. */
  readonly pool: number
  /** Among how many of these, the best for the subject, a draw decides. */
  readonly choices: number
}

interface ExploreOptions extends Pick<Exploration, 'newItems' | 'success' | 'budgetShare'> {
  /** `impression` when absent. */
  readonly exposure?: string
  /** One success in ten exposures, of every item alike, when absent. */
  readonly prior?: Pick<Exploration['prior'], 'successes' | 'exposures' | 'by'> &
    Partial<Pick<Exploration['prior'], 'atMost' | 'window'>>
  /** 200 when absent. */
  readonly pool?: number
  /** 12 when absent. */
  readonly choices?: number
}

/**
 * Keeps a place of some pages for new items, chosen by Thompson sampling: a success rate is drawn for each from
 * Beta(prior successes + successes, prior failures + failures), and the largest draw is shown. The place is named by an
 * `exploration` rule of the page. Which pages explore, and what they show, hangs on the id of the decision alone.
 */
export function explore(options: ExploreOptions): Exploration {
  const { newItems, success, budgetShare, exposure = 'impression', pool = 200, choices = 12 } = options
  const prior = { atMost: 20, window: '7d', ...(options.prior ?? { successes: 1, exposures: 10 }) } as const
  return { newItems, exposure, success, prior, budgetShare, pool, choices }
}

/** What exploration reads of the state: what an item was shown and succeeded, and the same of its category. */
export interface ExplorationSeries {
  readonly shown: SeriesSpec
  readonly succeeded: SeriesSpec
  readonly category?: { readonly shown: SeriesSpec; readonly succeeded: SeriesSpec }
}

/**
 * The series behind an exploration.
 *
 * @throws SluiceError `INVALID_APPLICATION` when it names what the schema does not have
 */
export function explorationSeries(setting: RetrievalSetting, exploration: Exploration): ExplorationSeries {
  const { schema, item } = setting
  const { newItems, exposure, success, prior } = exploration
  requireAttribute(schema, item, newItems.by, ['timestamp'])
  const series = (event: string, attribute: string, where: Condition | undefined, window: Duration): SeriesSpec => ({
    kind: 'series',
    event,
    where,
    by: [`${referenceField(schema, event, item)}${attribute}`],
    windowMs: durationMs(window),
  })
  const both = (attribute: string, window: Duration) => ({
    shown: series(exposure, attribute, undefined, window),
    succeeded: series(success.event, attribute, success.where, window),
  })
  if (prior.by === undefined) return both('', newItems.maxAge)
  requireAttribute(schema, item, prior.by, ['category'])
  return { ...both('', newItems.maxAge), category: both(prior.by.slice(item.length), prior.window) }
}

/** All series of {@link explorationSeries} in a list; none without an exploration. */
export function explorationAggregates(
  setting: RetrievalSetting,
  exploration: Exploration | undefined,
): AggregateSpec[] {
  if (!exploration) return []
  const { shown, succeeded, category } = explorationSeries(setting, exploration)
  return [shown, succeeded, ...(category ? [category.shown, category.succeeded] : [])]
}

/** Refuses numbers that mean nothing. @throws SluiceError `INVALID_APPLICATION` */
export function requireExploration({ newItems, prior, budgetShare, pool, choices }: Exploration): void {
  const wrong = [
    ...(budgetShare > 0 && budgetShare < 1 ? [] : [`budgetShare: expected a share within (0, 1), got ${budgetShare}`]),
    ...[
      ['newItems.exposures', newItems.exposures],
      ['pool', pool],
      ['choices', choices],
    ].flatMap(([name, value]) =>
      Number.isSafeInteger(value) && Number(value) >= 1
        ? []
        : [`${name}: expected a whole number of at least 1, got ${value}`],
    ),
    ...(prior.successes > 0 && prior.successes < prior.exposures
      ? []
      : [`prior: expected successes above 0 and below exposures, got ${prior.successes} in ${prior.exposures}`]),
    ...(prior.atMost >= 0 ? [] : [`prior.atMost: expected exposures of at least 0, got ${prior.atMost}`]),
  ]
  if (wrong.length > 0) throw new SluiceError('INVALID_APPLICATION', wrong.join('; '))
}
