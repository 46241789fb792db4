import type { Quantity, Rule, Test } from '../../policy/index.ts'

/** From which part of a limit on an amount lies just under it. */
const JUST_UNDER = 0.8
/** Every band is many streams, each of which takes time at every event and a part of the budget. */
const MOST_LIMITS = 8

/**
 * Edges of bands of amounts about limits that are known to whom they are to stop: each limit, and a fifth below it. Who
 * evades a limit pays in the band just under it. Of more than 8 limits as many are taken, evenly by rank.
 *
 * @returns ascending, without repetition
 */
export function bandEdges(limits: readonly number[]): number[] {
  const known = [...new Set(limits.filter((limit) => limit > 0))].sort((a, b) => a - b)
  const step = Math.max(1, (known.length - 1) / (MOST_LIMITS - 1))
  const taken =
    known.length <= MOST_LIMITS ? known : Array.from({ length: MOST_LIMITS }, (_, at) => known[Math.round(at * step)]!)
  return [...new Set(taken.flatMap((limit) => [limit * JUST_UNDER, limit]))].sort((a, b) => a - b)
}

/** The numbers that a column is compared with in rules, ascending. */
export function limitsInRules(rules: readonly Rule[], column: string): number[] {
  const limits = rules.flatMap(({ when }) => limitsInTest(when, column))
  return [...new Set(limits)].sort((a, b) => a - b)
}

/** The band of an amount: how many edges it is above; an amount on an edge is below it. */
export function bandOf(edges: readonly number[], amount: number): number {
  let band = 0
  while (band < edges.length && amount > edges[band]!) band++
  return band
}

/** A band in words. */
export function bandName(edges: readonly number[], band: number): string {
  const [least, most] = [edges[band - 1], edges[band]]
  if (least === undefined) return most === undefined ? 'any amount' : `up to ${round(most)}`
  return most === undefined ? `above ${round(least)}` : `above ${round(least)} up to ${round(most)}`
}

function limitsInTest(test: Test, column: string): number[] {
  if (test.kind === 'compare') {
    const { left, right } = test
    return [...limitOf(left, right, column), ...limitOf(right, left, column)]
  }
  if (test.kind === 'not') return limitsInTest(test.of, column)
  return test.kind === 'all' || test.kind === 'any' ? test.of.flatMap((each) => limitsInTest(each, column)) : []
}

function limitOf(left: Quantity, right: Quantity, column: string): number[] {
  return left.kind === 'column' && left.name === column && right.kind === 'number' ? [right.value] : []
}

function round(value: number): number {
  return Number(value.toPrecision(4))
}
