import { explainScore, type FeatureContribution, type ObjectiveContribution } from '../ranking/index.ts'
import { explainPage, type Move, whyNot as whyNotOnPage } from '../reranking/index.ts'
import type { DecidedItem, Decision } from './decision.ts'
import { type LightTrace, lightRank } from './light-stage.ts'
import type { LiveSystem } from './live-system.ts'
import { pageCandidates, pageOptions } from './page-candidates.ts'
import type { PageRequest, PageTrace } from './rank-page.ts'

/** How the score of an item comes about; empty when no model scored it. */
export interface ScoreReasons {
  /** The score without any feature: `baseline` and all contributions sum to `score` within 1e-9. */
  readonly baseline?: number
  readonly contributions?: readonly FeatureContribution[]
  /** The terms of a value, by objective. */
  readonly byObjective?: Readonly<Record<string, ObjectiveContribution>>
}

/** An item of a page with every reason for its place. */
export interface ExplainedItem extends DecidedItem, ScoreReasons {
  /** The rules that moved it; their places sum to `movedFrom - position`. */
  readonly moves: readonly Move[]
}

/** Among what an explored item was chosen. */
export interface ExplainedExploration {
  readonly item: string
  /** The probability that a page like this explores at all. */
  readonly pageShare: number
  /** The belief in each as successes and failures, and the probability that a page which explores shows it. */
  readonly choices: readonly {
    readonly item: string
    readonly successes: number
    readonly failures: number
    readonly propensity: number
  }[]
}

/** Why an item is not on a page: the first stage that let it go, and the rule. */
export interface WhyNotAnswer {
  readonly item: string
  readonly stage: 'catalogue' | 'filter' | 'retrieval' | 'light' | 'reranking' | 'on the page'
  readonly rule: string
  readonly message: string
}

/** The reasons for every place of a page. */
export function explainItems(live: LiveSystem, trace: PageTrace, decision: Decision): ExplainedItem[] {
  const { items, rows, page, model } = trace
  const { width, columnNames } = live.rows
  const names = live.state.attributes.keys(live.system.item)
  return decision.items.map((item) => {
    const number = names.find(item.id)
    const moves = page.page.find((place) => place.item === number)?.because ?? []
    const row = items.indexOf(number)
    if (!model || row < 0) return { ...item, moves }
    const vector = rows.slice(row * width, (row + 1) * width)
    const { baseline, contributions, byObjective } = explainScore(model, columnNames, vector)
    return { ...item, baseline, contributions, ...(byObjective ? { byObjective } : {}), moves }
  })
}

/** What a page explores, in names; undefined when it explores nothing. */
export function explainExploration(live: LiveSystem, { explored }: PageTrace): ExplainedExploration | undefined {
  if (!explored) return undefined
  const names = live.state.attributes.keys(live.system.item)
  const { pageShare, choices } = explored
  return {
    item: names.name(explored.item),
    pageShare,
    choices: choices.map(({ item, ...belief }) => ({ item: names.name(item), ...belief })),
  }
}

/** Why an item is not on a page. The state must be as of the decision. */
export function explainAbsence(live: LiveSystem, trace: PageTrace, request: PageRequest, name: string): WhyNotAnswer {
  const item = live.state.attributes.keys(live.system.item).find(name)
  const shown = trace.page.page.find((place) => place.item === item)
  if (shown) return answer(name, 'on the page', 'none', `it is at position ${shown.position}`)
  const refusal = request.given ? undefined : live.retriever.refusal(request.subject, item, request.exclude)
  if (refusal !== undefined) {
    return answer(
      name,
      refusal === 'not in the catalogue' ? 'catalogue' : 'filter',
      refusal,
      `it was kept away: ${refusal}`,
    )
  }
  const place = trace.candidates.items.indexOf(item)
  if (place < 0) {
    return answer(
      name,
      'retrieval',
      'not retrieved',
      'no source brought it among its best, or better candidates filled the list',
    )
  }
  if (trace.light && !trace.light.kept.includes(place)) return absenceInLightStage(trace.light, place, name)
  return absenceAfterScoring(live, trace, request, { name, item })
}

function absenceInLightStage(light: LightTrace, place: number, name: string): WhyNotAnswer {
  const count = light.scores?.length
  const rank = lightRank(light, place)
  const where = rank === undefined ? `place ${place + 1} by retrieval, without scores` : `rank ${rank} of ${count}`
  return answer(name, 'light', 'light stage', `light stage, ${where}; ${light.kept.length} went on to the ranker`)
}

function absenceAfterScoring(
  live: LiveSystem,
  trace: PageTrace,
  request: PageRequest,
  { name, item }: { name: string; item: number },
): WhyNotAnswer {
  const candidates = pageCandidates(live, trace, trace.explored?.row)
  const explained = explainPage(candidates, live.system.reranking, pageOptions(live, request))
  const reason = whyNotOnPage(explained, item)
  if (!reason) return answer(name, 'reranking', 'limit', 'the page was full')
  const names = live.state.attributes.keys(live.system.item)
  const lostTo = reason.lostTo.map((other) => names.name(other)).join(', ')
  const message = `rank ${reason.rank} by score; ${reason.rule} at position ${reason.position}${lostTo ? `, to ${lostTo}` : ''}`
  return answer(name, 'reranking', reason.rule, message)
}

function answer(item: string, stage: WhyNotAnswer['stage'], rule: string, message: string): WhyNotAnswer {
  return { item, stage, rule, message }
}
