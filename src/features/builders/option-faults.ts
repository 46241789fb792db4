import { type Duration, durationMs, isSluiceError } from '../../foundation/index.ts'

/** What an option can be, and the words for it in a fault. */
const KINDS = {
  name: { words: 'a name such as "user"', accepts: isName },
  key: {
    words: 'a name such as "user", or a list of two or three different ones',
    accepts: isKey,
  },
  keep: { words: 'how many pairs to remember, such as { pairs: 1_000_000 }, from 1 to 500,000,000', accepts: isKeep },
  neighbours: {
    words: 'how many to remember, such as { neighbours: 500 }, from 2 to 1,000,000',
    accepts: areNeighbours,
  },
  nodes: {
    words: 'how many to remember, such as { nodes: 16 }, from 1 to 1000',
    accepts: (value: unknown) => isRecord(value) && 'nodes' in value && isWhole(value.nodes, 1000),
  },
  members: {
    words: 'a whole number from 2 to 100000',
    accepts: (value: unknown) => isWhole(value, 100_000) && value !== 1,
  },
  duration: { words: 'a duration such as "5m"', accepts: isDuration },
  durations: { words: 'at least one duration such as "5m"', accepts: (value: unknown) => isListOf(value, isDuration) },
  names: { words: 'at least one value', accepts: (value: unknown) => isListOf(value, isName) },
  one: { words: '1 or nothing', accepts: (value: unknown) => value === 1 },
  pair: {
    words: 'two numbers, [at least 0, above 0]',
    accepts: (value: unknown) => isPrior(value),
  },
  'length up to 100': { words: 'a whole number from 1 to 100', accepts: (value: unknown) => isWhole(value, 100) },
  'length up to 1000': { words: 'a whole number from 1 to 1000', accepts: (value: unknown) => isWhole(value, 1000) },
  quantile: { words: 'a number from 0, the smallest, to 1, the largest', accepts: isBetween(0, 1) },
  share: { words: 'a share of the window, above 0 and at most 1', accepts: isBetween(Number.MIN_VALUE, 1) },
  bound: { words: 'a whole number from 1 to 100000', accepts: (value: unknown) => isWhole(value, 100_000) },
  'relative error': { words: 'a number from 0.001 to 0.1', accepts: isBetween(0.001, 0.1) },
  'standard error': { words: 'a number from 0.005 to 0.1', accepts: isBetween(0.005, 0.1) },
  absent: { words: 'window or windows', accepts: (value: unknown) => value === undefined },
  condition: { words: 'tests by field, such as { seconds: { min: 30 } }', accepts: isCondition },
  'at least 0': {
    words: 'a number of at least 0',
    accepts: (value: unknown) => Number.isFinite(value) && Number(value) >= 0,
  },
} as const

export type OptionKind = keyof typeof KINDS

/**
 * What is wrong with the form of options that come from plain JavaScript, in words, one entry an option; an option
 * whose kind ends with `?` may be absent. Only options without such faults can be read further.
 */
export function optionFaults(
  options: object | undefined,
  kinds: Readonly<Record<string, OptionKind | `${OptionKind}?`>>,
): string[] {
  const given = new Map<string, unknown>(Object.entries(options ?? {}))
  return Object.entries(kinds).flatMap(([name, kind]) => {
    const value = given.get(name)
    if (kind.endsWith('?') && value === undefined) return []
    const { words, accepts } = KINDS[kind.replace('?', '') as OptionKind]
    return accepts(value) ? [] : [`${name}: expected ${words}, got ${JSON.stringify(value) ?? 'nothing'}`]
  })
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isKey(value: unknown): boolean {
  if (!isListOf(value, isName)) return isName(value)
  return (value.length === 2 || value.length === 3) && new Set(value).size === value.length
}

function isKeep(value: unknown): boolean {
  return isRecord(value) && 'pairs' in value && isWhole(value.pairs, 500_000_000)
}

function areNeighbours(value: unknown): boolean {
  return isRecord(value) && 'neighbours' in value && isWhole(value.neighbours, 1_000_000) && value.neighbours !== 1
}

function isCondition(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isRecord)
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isPrior(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false
  const [occurrences, trials]: unknown[] = value
  return isAtLeast0(occurrences) && isAtLeast0(trials) && trials !== 0
}

function isAtLeast0(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

function isBetween(least: number, largest: number): (value: unknown) => boolean {
  return (value) => typeof value === 'number' && value >= least && value <= largest
}

function isListOf(value: unknown, accepts: (item: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && value.length > 0 && value.every(accepts)
}

function isWhole(value: unknown, largest: number): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= largest
}

function isDuration(value: unknown): boolean {
  try {
    return durationMs(value as Duration) > 0
  } catch (error) {
    if (isSluiceError(error, 'INVALID_ARGUMENT')) return false
    throw error
  }
}
