import type { RankingSystem } from '../application/index.ts'
import { contentHash, isSluiceError } from '../foundation/index.ts'
import type { ListExamples, RowModel } from '../models/index.ts'
import { fitRanker, type HelpingRanker, loadRanker, overWholeRows } from '../ranking/index.ts'
import type { Artifacts, ModelRegistry, ModelVersion } from './model-registry.ts'

/** The file name of a version's ranker. */
export const RANKER = 'ranker'
/** The file name of a version's ranker for the time when the other cannot. */
export const FALLBACK_RANKER = 'ranker-fallback'
/** The file name of the ranker of a version's light stage, and of its fallback when that is the same. */
export const LIGHT_RANKER = 'ranker-light'

/** The rankers of a version, each over the columns that it reads. */
export interface FittedRankers {
  readonly ranker: RowModel
  readonly fallback: RowModel | undefined
  readonly light: RowModel | undefined
}

/** The rankers of a version as models of whole rows; absent is what the version does not have. */
export interface SystemRankers {
  readonly ranker: RowModel | undefined
  readonly fallback: RowModel | undefined
  readonly light: RowModel | undefined
}

type RankingParts = Pick<RankingSystem, 'ranking' | 'fallback' | 'light'>

/** Fits every ranker of a system to the same examples; one that has two jobs is fitted once. */
export function fitRankers(
  system: RankingParts,
  columnNames: readonly string[],
  examples: ListExamples,
  seed: number,
): FittedRankers {
  const fit = (part: HelpingRanker | undefined) => part && fitRanker(part, columnNames, examples, seed)
  const light = fit(system.light?.ranking)
  return {
    ranker: fitRanker(system.ranking, columnNames, examples, seed),
    light,
    fallback: sharesLight(system) ? light : fit(system.fallback),
  }
}

/** What a version keeps of its rankers, by file name. */
export function saveRankers(system: RankingParts, { ranker, fallback, light }: FittedRankers): Artifacts {
  const files: [string, RowModel | undefined][] = [
    [RANKER, ranker],
    [LIGHT_RANKER, light],
    [FALLBACK_RANKER, sharesLight(system) ? undefined : fallback],
  ]
  return new Map(files.flatMap(([name, model]) => (model ? [[name, model.save()] as const] : [])))
}

/** Fitted rankers as models of whole rows. */
export function wholeRankers(system: RankingParts, columnNames: readonly string[], fitted: FittedRankers) {
  const whole = (part: HelpingRanker | undefined, model: RowModel | undefined) =>
    part && model && overWholeRows(part, columnNames, model)
  return {
    ranker: overWholeRows(system.ranking, columnNames, fitted.ranker),
    fallback: whole(system.fallback, fitted.fallback),
    light: whole(system.light?.ranking, fitted.light),
  }
}

/**
 * Loads a version's rankers as models of whole rows.
 *
 * @throws SluiceError `MODEL_CORRUPT`; `MODEL_MISMATCH` when one reads other columns
 */
export function loadRankers(system: RankingParts, columnNames: readonly string[], artifacts: Artifacts): SystemRankers {
  const load = (part: HelpingRanker | undefined, name: string) => {
    const bytes = artifacts.get(name)
    return part && bytes && overWholeRows(part, columnNames, loadRanker(part, columnNames, bytes))
  }
  return {
    ranker: load(system.ranking, RANKER),
    fallback: load(system.fallback, sharesLight(system) ? LIGHT_RANKER : FALLBACK_RANKER),
    light: load(system.light?.ranking, LIGHT_RANKER),
  }
}

/** Loads the light stage's ranker over the columns that it reads; errors as {@link loadRankers}. */
export function loadLightRanker(
  { light }: RankingParts,
  columnNames: readonly string[],
  artifacts: Artifacts,
): RowModel | undefined {
  const bytes = artifacts.get(LIGHT_RANKER)
  return light && bytes && loadRanker(light.ranking, columnNames, bytes)
}

/** The ranker of a version that ranks. */
export function servingRanker(
  { serves }: Pick<ModelVersion, 'serves'>,
  { ranker, fallback }: Pick<SystemRankers, 'ranker' | 'fallback'>,
): RowModel | undefined {
  return serves === 'fallback' ? fallback : ranker
}

/** What the champion ranks by, when it reads the same columns and is of a kind that the system's rankers can load. */
export function championRanker(
  registry: ModelRegistry,
  name: string,
  system: RankingParts,
  columnNames: readonly string[],
): RowModel | undefined {
  const champion = registry.champion(name)
  if (!champion || champion.columnNames.join() !== columnNames.join()) return undefined
  const artifacts = registry.artifacts(champion)
  try {
    return servingRanker(champion, loadRankers(system, columnNames, artifacts))
  } catch (error) {
    if (isSluiceError(error, 'MODEL_MISMATCH')) return undefined
    throw error
  }
}

function sharesLight({ light, fallback }: RankingParts): boolean {
  return light !== undefined && fallback !== undefined && contentHash(light.ranking.spec) === contentHash(fallback.spec)
}
