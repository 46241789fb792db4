import { SluiceError } from '../../foundation/index.ts'
import type { Interactions } from '../../models/index.ts'
import { NameNumbers, readDelimitedFile, readLightGcnFile } from './interaction-files.ts'
import { countOf, type InteractionPairs, interactionsOf, splitPairs } from './interaction-pairs.ts'
import { RETRIEVAL_ENTRANTS } from './retrieval-models.ts'
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
  return parts.map((part, repeat) => assemble(part, userCount, itemCount, options.seed + repeat))
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
  { ratio, stratify, repeats }: NonNullable<RetrievalBenchOptions['split']>,
  seed: number,
): PairParts[] {
  return Array.from({ length: repeats }, (_, repeat) => {
    const { train, heldOut } = splitPairs(pairs, { ratio, stratify, seed: seed + repeat })
    return { train, test: heldOut }
  })
}

function assemble(
  { train, test, valid }: PairParts,
  userCount: number,
  itemCount: number,
  seed: number,
): RetrievalData {
  const rows = (pairs: InteractionPairs): Interactions => interactionsOf(pairs, userCount, itemCount)
  if (valid) return { train: rows(train), test: rows(test), tuning: rows(train), valid: rows(valid) }
  const inner = splitPairs(train, { ratio: 0.75, stratify: 'item', seed })
  return { train: rows(train), test: rows(test), tuning: rows(inner.train), valid: rows(inner.heldOut) }
}

function requireOptions({ at, split, test, valid, models }: RetrievalBenchOptions): void {
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

function requireModels(models: readonly string[] | undefined): void {
  const known = RETRIEVAL_ENTRANTS.map(({ name }) => name)
  const unknown = (models ?? []).filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  throw new SluiceError('INVALID_ARGUMENT', `models: expected some of ${known.join(', ')}, got ${unknown.join(', ')}`)
}
