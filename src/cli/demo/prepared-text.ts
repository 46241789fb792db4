import type { AnyTraining, Prepared } from './demo-report.ts'

/** How a demo's world was made and learnt from, for people. */
export function preparedText({ world, seed, import: imported, training }: Prepared<AnyTraining>): string {
  const size = Object.entries(world).map(([name, count]) => `${count} ${name}`)
  const state = training.promoted ? 'promoted' : `not promoted: ${training.gate.reasons.join('; ')}`
  return [
    `World: ${size.join(', ')} (seed ${seed})`,
    `Import: ${imported.eventsPerSecond} events/s into log and state (${imported.seconds.toFixed(1)} s)`,
    `Training: ${training.version} in ${training.seconds.toFixed(1)} s from ${training.examples.rows} examples, ${state}\n`,
  ].join('\n')
}
