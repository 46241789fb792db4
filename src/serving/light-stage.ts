import { lightSurvivors } from '../application/index.ts'
import type { RequestFrame } from '../features/index.ts'
import type { LiveSystem } from './live-system.ts'
import { scoresAll } from './scores-all.ts'

/** What the light stage made of the candidates of one request. */
export interface LightTrace {
  /** Shape (candidates * width of the light rows,). */
  readonly rows: Float64Array
  /** Shape (candidates,); absent when the order of retrieval stood in for it. */
  readonly scores: Float64Array | undefined
  /** Places among the candidates of those that went on, rising. */
  readonly kept: Int32Array
  readonly problem: string | undefined
}

const NO_MODEL = 'light: no model'
const FAILED = 'light: failed'

/** Chooses which candidates go on to the ranker; undefined when all do, because there are few or there is no stage. */
export function runLightStage(
  { light, system, isSponsored }: LiveSystem,
  { frame, subject, items }: { frame: RequestFrame; subject: number; items: Int32Array },
  leaveOut: ReadonlySet<string> | undefined,
): LightTrace | undefined {
  if (light === undefined || items.length <= light.keep) return undefined
  const count = items.length
  const rows = new Float64Array(count * light.rows.width)
  light.rows.fill(frame, subject, items, rows)
  const scores = new Float64Array(count)
  const isScored = !leaveOut?.has(FAILED) && scoresAll(light.model, rows, count, scores)
  const known = isScored ? scores : undefined
  return {
    rows,
    scores: known,
    kept: lightSurvivors(system, known, count, (place) => isSponsored(items[place]!)),
    problem: isScored ? undefined : light.model === undefined ? NO_MODEL : FAILED,
  }
}

/** The rank of a candidate by light score, from 1; undefined when the stage did not score. */
export function lightRank({ scores }: LightTrace, place: number): number | undefined {
  if (scores === undefined) return undefined
  const own = scores[place]!
  return 1 + scores.reduce((sum, score, other) => sum + (score > own || (score === own && other < place) ? 1 : 0), 0)
}
