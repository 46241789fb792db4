import { cpus, loadavg } from 'node:os'

/** What a bench measured, and whether its claim holds. */
export interface Figures {
  readonly holds: boolean
  readonly [name: string]: unknown
}

/**
 * Prints what a bench measured, a line a figure or as one JSON document, and makes the process end with 1 when its claim
 * does not hold.
 */
export function printReport(bench: string, figures: Figures, asJson: boolean): void {
  // Two cores that other work shares give other figures: the load says so.
  const [loadAverage = Number.NaN] = loadavg()
  const machine = { node: process.versions.node, processor: cpus()[0]?.model, cores: cpus().length, loadAverage }
  if (asJson) process.stdout.write(`${JSON.stringify({ bench, ...machine, ...figures }, undefined, 2)}\n`)
  else {
    for (const [name, value] of Object.entries({ ...figures, ...machine })) {
      process.stdout.write(`${name.padEnd(32)} ${shown(value)}\n`)
    }
  }
  if (!figures.holds) process.exitCode = 1
}

function shown(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? value.toLocaleString('en') : value.toPrecision(4)
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
