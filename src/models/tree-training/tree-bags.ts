import { hashInteger } from '../../foundation/index.ts'
import type { Team } from './thread-team.ts'
import type { TrainingMemory } from './training-memory.ts'
import type { TrainingSettings } from './training-options.ts'

/**
 * Draws the rows of a bag into the memory: those in it first, then the others, both ascending. Whether a row is in it
 * hangs on the seed, the bag and the row alone.
 *
 * @returns how many are in it; all when chance would have left it empty
 */
export function drawBag(
  { bag, leftCounts, rowCount }: TrainingMemory,
  team: Team,
  settings: TrainingSettings,
  iteration: number,
): number {
  const { baggingFraction, baggingEvery, seed } = settings
  const key = hashInteger(Math.floor(iteration / baggingEvery), hashInteger(seed, 0x3c6ef372))
  team.run('drawBag', key, baggingFraction * 4294967296)
  let inside = 0
  for (let part = 0; part < team.size; part++) inside += leftCounts[part * 16]!
  if (inside > 0) {
    team.run('placeBag', inside)
    return inside
  }
  for (let row = 0; row < rowCount; row++) bag[row] = row
  return rowCount
}

/** Whether a bag is drawn before this iteration. */
export function drawsBag({ baggingFraction, baggingEvery }: TrainingSettings, iteration: number): boolean {
  return usesBags({ baggingFraction, baggingEvery }) && iteration % baggingEvery === 0
}

export function usesBags({
  baggingFraction,
  baggingEvery,
}: Pick<TrainingSettings, 'baggingFraction' | 'baggingEvery'>): boolean {
  return baggingFraction < 1 && baggingEvery > 0
}
