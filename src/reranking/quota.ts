import { type Duration, durationMs, SluiceError } from '../foundation/index.ts'
import { requireAttributePath } from './attribute-path.ts'

/** At least so many items of one sort. Plain data: equal rules have equal JSON. */
export interface QuotaRule<Path extends string = string> {
  readonly kind: 'quota'
  readonly by: Path
  /** The value that an item must have; its number, or a name that `RerankOptions.valueNumber` knows. */
  readonly value?: string | number | boolean
  /** Instead of a value: the timestamp `by` is at most so old. */
  readonly maxAgeMs?: number
  readonly least: number
  /** The first so many places; the whole page when absent. */
  readonly among?: number
}

/**
 * At least `least` items of the page, or of its first `among` places, have the value, or are fresh: their timestamp is
 * at most `maxAge` before the request. Every item shown counts, sponsored ones too. A quota gives way to every hard
 * rule and to the length of the page and is then as full as the candidates allow; the page names what is missing.
 *
 * @param options - one of `value` and `maxAge`; `least`, a whole number of at least 1 and at most `among`
 * @throws SluiceError `INVALID_ARGUMENT` when `by` is no attribute path or a number is out of range
 */
export function quota<const Path extends string>(
  options: { by: Path; least: number; among?: number | undefined } & (
    | { value: string | number | boolean; maxAge?: undefined }
    | { maxAge: Duration; value?: undefined }
  ),
): QuotaRule<Path> {
  const { by, value, maxAge, least, among } = options
  requireAttributePath('quota', by)
  if ((value === undefined) === (maxAge === undefined))
    throw invalid(by, 'either a value or a maxAge', { value, maxAge })
  if (typeof value === 'number' && !Number.isFinite(value)) throw invalid(by, 'a finite value', value)
  if (!Number.isSafeInteger(least) || least < 1) throw invalid(by, 'least to be a whole number of at least 1', least)
  if (among !== undefined && !(Number.isSafeInteger(among) && among >= least)) {
    throw invalid(by, `among to be a whole number of at least ${least}`, among)
  }
  return {
    kind: 'quota',
    by,
    ...(value === undefined ? {} : { value }),
    ...(maxAge === undefined ? {} : { maxAgeMs: durationMs(maxAge) }),
    least,
    ...(among === undefined ? {} : { among }),
  }
}

function invalid(by: string, expected: string, got: unknown): SluiceError {
  return new SluiceError(
    'INVALID_ARGUMENT',
    `quota(${by}): expected ${expected}, got ${JSON.stringify(got) ?? 'nothing'}; change the rule in the application`,
  )
}
