import { SluiceError } from '../../foundation/index.ts'
import type { Interactions } from '../../models/index.ts'
import { NameNumbers, readDelimitedFile, readLightGcnFile } from './interaction-files.ts'
import {
  countOf,
  type InteractionPairs,
  interactionsOf,
  type PairSplit,
  splitPairs,
  splitPairsByTime,
} from './interaction-pairs.ts'
import { retrievalMetric } from './retrieval-metrics.ts'
import { RETRIEVAL_MODELS } from './retrieval-models.ts'
import type { RetrievalBenchOptions } from './retrieval-options.ts'

/** One split, all parts over the same users and items. */
export interface RetrievalData {
  /** What the model under test learns from. */
  readonly train: Interactions
  readonly test: Interactions
  /** What models learn from while options are chosen: train, or less where valid is cut from it. */
  readonly tuning: Interactions
  readonly valid: Interactions
}

interface PairParts {
  readonly train: InteractionPairs
  readonly test: InteractionPairs
  readonly valid?: InteractionPairs | undefined
}

/**
 * Reads the files and splits them as the options say; one element a repeat.
 *
 * @throws SluiceError `FILE_NOT_FOUND`, `FILE_UNREADABLE`, `MALFORMED_ROW`; `INVALID_ARGUMENT` unless there is either a
 * test file or a split, and at least one cutoff
 */
export async function readRetrievalData(options: RetrievalBenchOptions): Promise<RetrievalData[]> {
  requireOptions(options)
  const parts = await readParts(options)
  const all = parts.flatMap(({ train, test, valid }) => (valid ? [train, test, valid] : [train, test]))
  const userCount = Math.max(...all.map(({ users }) => countOf(users)))
  const itemCount = Math.max(...all.map(({ items }) => countOf(items)))
  for (const part of parts) requireMatch(part)
  return parts.map((part, repeat) => assemble(part, userCount, itemCount, options, repeat))
}

async function readParts(options: RetrievalBenchOptions): Promise<PairParts[]> {
  const read = reader(options)
  const train = await read(options.train)
  if (options.split) return splitRepeatedly(train, options.split, options.seed)
  const test = await read(options.test ?? '')
  return [{ train, test, valid: options.valid === undefined ? undefined : await read(options.valid) }]
}

function reader({ format, columns }: RetrievalBenchOptions): (file: string) => Promise<InteractionPairs> {
  if (format === 'lightgcn') return readLightGcnFile
  const names = { users: new NameNumbers(), items: new NameNumbers() }
  return (file) => readDelimitedFile(file, columns ?? { user: 'user', item: 'item' }, names)
}

function splitRepeatedly(
  pairs: InteractionPairs,
  { kind, ratio, stratify, repeats }: NonNullable<RetrievalBenchOptions['split']>,
  seed: number,
): PairParts[] {
  return Array.from({ length: repeats }, (_, repeat) => {
    const { train, heldOut } = split(pairs, { kind, ratio, stratify }, seed + repeat)
    return { train, test: heldOut }
  })
}

function split(
  pairs: InteractionPairs,
  { kind, ratio, stratify }: Omit<NonNullable<RetrievalBenchOptions['split']>, 'repeats'>,
  seed: number,
): PairSplit {
  if (kind === 'time' && pairs.times) return splitPairsByTime(pairs, pairs.times, ratio)
  return splitPairs(pairs, { ratio, stratify, seed })
}

function assemble(
  { train, test, valid }: PairParts,
  userCount: number,
  itemCount: number,
  { split: how, seed }: RetrievalBenchOptions,
  repeat: number,
): RetrievalData {
  const rows = (pairs: InteractionPairs): Interactions => interactionsOf(pairs, userCount, itemCount)
  const learnt = rows(train)
  if (valid) return { train: learnt, test: rows(test), tuning: learnt, valid: rows(valid) }
  const inner = split(train, { kind: how?.kind, ratio: 0.75, stratify: 'item' }, seed + repeat)
  return { train: learnt, test: rows(test), tuning: rows(inner.train), valid: rows(inner.heldOut) }
}

/** Held-out pairs that have nothing to do with train are those of another data set. */
function requireMatch({ train, test, valid }: PairParts): void {
  const [users, items] = [new Set(train.users), new Set(train.items)]
  for (const [what, pairs] of [['test', test] as const, ['valid', valid] as const]) {
    if (!pairs) continue
    const isKnown = pairs.users.some((user, pair) => users.has(user) && items.has(pairs.items[pair]!))
    if (isKnown) continue
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `${what}: expected a user of train with an item of train, got none; name files of one data set`,
    )
  }
}

function requireOptions(options: RetrievalBenchOptions): void {
  const { at, metrics, trials, split, test, valid, models } = options
  for (const metric of metrics ?? []) retrievalMetric(metric)
  if (!(Number.isInteger(trials ?? 1) && (trials ?? 1) >= 1)) {
    throw new SluiceError('INVALID_ARGUMENT', `trials: expected a whole number from 1, got ${trials}`)
  }
  requireTimes(options)
  if (at.length === 0 || !at.every((k) => Number.isInteger(k) && k >= 1)) {
    throw new SluiceError('INVALID_ARGUMENT', `bench: expected cutoffs such as 10,20, got ${at.join(',') || 'none'}`)
  }
  if (split && !(Number.isInteger(split.repeats) && split.repeats >= 1)) {
    throw new SluiceError('INVALID_ARGUMENT', `bench: expected at least one repeat, got ${split.repeats}`)
  }
  if ((split === undefined) === (test === undefined)) {
    const got = split ? 'both' : 'neither'
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `bench: expected either a test file or a random split, got ${got}; give --test or --split random`,
    )
  }
  if (split && valid !== undefined) {
    throw new SluiceError('INVALID_ARGUMENT', 'bench: expected no valid file with a split, got one; leave out --valid')
  }
  requireModels(models)
}

function requireTimes({ split: how, columns, format }: RetrievalBenchOptions): void {
  if (how?.kind !== 'time') return
  if (format !== 'delimited' || columns?.time === undefined) {
    throw new SluiceError('INVALID_ARGUMENT', 'split: expected a column of times, got none; name it with --time')
  }
  if (how.repeats === 1) return
  throw new SluiceError('INVALID_ARGUMENT', `split by time: expected one fold, got ${how.repeats}; there is one past`)
}

function requireModels(models: readonly string[] | undefined): void {
  const known = RETRIEVAL_MODELS
  const unknown = (models ?? []).filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  throw new SluiceError('INVALID_ARGUMENT', `models: expected some of ${known.join(', ')}, got ${unknown.join(', ')}`)
}
