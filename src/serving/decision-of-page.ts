import type { RowModel } from '../models/index.ts'
import { ValueModel } from '../ranking/index.ts'
import type { DecidedItem, Decision, RankRequest } from './decision.ts'
import { EXPLORATION, GIVEN } from './decision.ts'
import type { Explored } from './explore-page.ts'
import type { LiveSystem } from './live-system.ts'
import type { PageTrace } from './rank-page.ts'

/** What a page was, in names instead of numbers: what the caller gets and what the log keeps. */
export function decisionOfPage(
  live: LiveSystem,
  trace: PageTrace,
  identity: { id: string; at: number; request: RankRequest },
): Decision {
  const { version, name, featureHash, systemHash } = live
  const { candidates, light, items, page, degraded, asOf, rowsHash } = trace
  return {
    ...identity,
    system: name,
    asOf,
    model: version?.version ?? null,
    modelHash: version?.modelHash ?? null,
    featureHash,
    systemHash,
    rowsHash,
    degraded,
    funnel: {
      found: candidates.found,
      filtered: candidates.filtered,
      candidates: candidates.items.length,
      ...(light ? { kept: light.kept.length } : {}),
      scored: trace.model ? items.length : 0,
      page: page.page.length,
    },
    ...(trace.model instanceof ValueModel ? { value: formulaOf(trace.model) } : {}),
    items: decidedItems(live, trace),
  }
}

function decidedItems(live: LiveSystem, trace: PageTrace): DecidedItem[] {
  const { candidates, light, items, page, model, explored } = trace
  const { retriever, state, system } = live
  const names = state.attributes.keys(system.item)
  const rows = page.page.map(({ item }) => items.indexOf(item))
  const probabilities = objectiveProbabilities(model, trace.rows, { count: items.length, chosen: rows })
  return page.page.map(({ item, position, score, sponsored, movedFrom }, index) => {
    const row = rows[index]!
    // What is explored may be no candidate of retrieval: its row comes after theirs.
    const place = light ? (light.kept[row] ?? -1) : row
    const isExplored = explored?.item === item
    const brought = retriever.sourceNames(candidates.sources[place] ?? 0)
    const found = brought.length === 0 && !isExplored ? [GIVEN] : brought
    const sources = isExplored ? [EXPLORATION, ...found] : found
    const because = candidates.because[place] ?? -1
    return {
      id: names.name(item),
      position,
      score,
      ...(model ? { probability: probabilityOf(model, score, probabilities?.[index]) } : {}),
      ...(probabilities ? { objectives: probabilities[index]! } : {}),
      source: sources[0] ?? GIVEN,
      sources,
      ...(because >= 0 ? { because: names.name(because) } : {}),
      sponsored,
      ...(isExplored ? { explored: { propensity: propensityOf(explored) } } : {}),
      movedFrom,
    }
  })
}

function propensityOf({ pageShare, choices, chosen }: Explored): number {
  return pageShare * choices[chosen]!.propensity
}

/** What each objective is worth. */
export function formulaOf({ objectives }: ValueModel): Record<string, number> {
  return Object.fromEntries(objectives.map(({ name, weight }) => [name, weight]))
}

/**
 * The probabilities of all objectives for some rows; undefined when the score is no value.
 *
 * @param rows - shape (count * width,), row-major
 * @param of.chosen - numbers of rows
 */
export function objectiveProbabilities(
  model: RowModel | undefined,
  rows: Float64Array,
  { count, chosen }: { readonly count: number; readonly chosen: readonly number[] },
): Record<string, number>[] | undefined {
  if (!(model instanceof ValueModel)) return undefined
  const width = rows.length / Math.max(1, count)
  const own = new Float64Array(chosen.length * width)
  chosen.forEach((row, index) => {
    own.set(rows.subarray(row * width, (row + 1) * width), index * width)
  })
  const columns = model.objectives.map(({ name }, objective) => {
    return [name, model.probabilities(objective, own, chosen.length)] as const
  })
  return chosen.map((_, index) => Object.fromEntries(columns.map(([name, values]) => [name, values[index]!])))
}

/** The probability of the main label: what the score says of it, or what its own objective says. */
export function probabilityOf(
  model: RowModel,
  score: number,
  objectives: Readonly<Record<string, number>> | undefined,
): number {
  const main = model instanceof ValueModel ? objectives?.[model.main] : undefined
  return main ?? model.response(score)
}
