import { explainScore } from '../../ranking/index.ts'
import { explainFound, type ScorePart, whyNotFound } from '../../retrieval/index.ts'
import type { ScoreReasons, WhyNotAnswer } from '../explain-decision.ts'
import { arrangingOf, bestFirst, pageBounds, type SearchTrace } from './answer-search.ts'
import { whyNotOnFirstPage } from './arrange-found.ts'
import type { LiveSearch } from './live-search.ts'
import type { FoundItem, SearchDecision } from './search-decision.ts'

/** A document of a page with every reason for its place. */
export interface ExplainedFound extends FoundItem, ScoreReasons {
  /** The parts that `text` is the sum of. */
  readonly parts: readonly ScorePart[]
}

/** A search with its reasons. */
export interface ExplainedSearch {
  readonly decision: SearchDecision
  /** Whether it could be made again to the byte; the reasons are those of the search made again. */
  readonly reproduced: boolean
  readonly items: readonly ExplainedFound[]
  readonly whyNot?: WhyNotAnswer
}

/** A search that was made again or is remembered. */
export interface RebuiltSearch {
  readonly live: LiveSearch
  readonly trace: SearchTrace
  readonly decision: SearchDecision
}

/** The reasons of a search, and of a document's absence from its page. */
export function explainSearch({ live, trace, decision }: RebuiltSearch, whyNot?: string): ExplainedSearch {
  return {
    decision,
    reproduced: trace.rowsHash === decision.rowsHash,
    items: explainItems(live, trace, decision),
    ...(whyNot === undefined ? {} : { whyNot: explainAbsence(live, trace, decision, whyNot) }),
  }
}

function explainItems(
  { rows: ranking, index, system }: LiveSearch,
  trace: SearchTrace,
  decision: SearchDecision,
): ExplainedFound[] {
  const { found, rows, scored, model } = trace
  const { query: text, filters, sort, group, limit: asked } = decision.request
  const limit = group === undefined ? Math.max(1, found.items.length) : (asked ?? system.page.limit)
  const ids = trace.pins.map(({ document }) => document)
  const pinned = ids.length > 0 ? { ids, within: system.candidates } : undefined
  const parts = explainFound(found, { text, filters, sort, group, limit, pinned }, index.reading)
  return decision.items.map((item) => {
    const place = item.movedFrom - 1
    const own = { ...item, parts: parts.get(item.id) ?? [] }
    if (!model || !ranking || place >= scored) return own
    const row = rows.slice(place * ranking.width, (place + 1) * ranking.width)
    const { baseline, contributions, byObjective } = explainScore(model, ranking.columnNames, row)
    return { ...own, baseline, contributions, ...(byObjective ? { byObjective } : {}) }
  })
}

/** The rule that kept a document from the first page; undefined when none did. */
function keptBy(
  live: LiveSearch,
  trace: SearchTrace,
  { request, at }: SearchDecision,
  item: number,
): { name: string; message: string } | undefined {
  const { limit, offset } = pageBounds(live, request)
  const order = bestFirst(trace.scores.subarray(0, trace.scored))
  const { found, pins } = trace
  const kept = whyNotOnFirstPage(
    live,
    arrangingOf(live, { found, ranked: trace, order, pins, limit, offset, at }),
    item,
  )
  if (kept === undefined || kept.rule === 'limit') return undefined
  return { name: kept.rule, message: `${kept.rule} at position ${kept.position} of the first page` }
}

/** The state must be as of the decision. */
function explainAbsence(live: LiveSearch, trace: SearchTrace, decision: SearchDecision, item: string): WhyNotAnswer {
  const shown = decision.items.find(({ id }) => id === item)
  if (shown) return { item, stage: 'on the page', rule: 'none', message: `it is at position ${shown.position}` }
  const { found, scores, scored } = trace
  const { attributes } = live.state
  const { documents, removed } = live.system
  const key = attributes.keys(documents).find(item)
  const place = found.items.indexOf(key)
  if (place >= 0) {
    const better = scores.slice(0, scored).filter((score) => score > scores[place]!).length
    const rank = place < scored ? better + 1 : place + 1
    const message = `rank ${rank} of ${found.items.length} by score, ${place + 1} by text; the page ends before it`
    const rule = trace.arranged && keptBy(live, trace, decision, key)
    if (rule === undefined) return { item, stage: 'reranking', rule: 'limit', message }
    return { item, stage: 'reranking', rule: rule.name, message: `${message}; ${rule.message}` }
  }
  if (!attributes.isKnown(documents, key)) {
    return { item, stage: 'catalogue', rule: 'not in the catalogue', message: 'nobody has told of it' }
  }
  if (removed !== undefined && attributes.describe(documents, key)[removed] === true) {
    return { item, stage: 'catalogue', rule: 'removed', message: `it cannot be found: ${removed} is true` }
  }
  const { rule, message } = whyNotFound(found, decision.request, item) ?? {
    rule: 'not retrieved',
    message: `${found.items.length} documents answer the query better by their text`,
  }
  return { item, stage: rule.startsWith('filter') ? 'filter' : 'retrieval', rule, message }
}
