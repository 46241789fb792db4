import { SluiceError } from '../foundation/index.ts'

/** Throws one `INVALID_APPLICATION` that lists every fault; does nothing when there is none. */
export function throwFaults(what: string, faults: readonly string[]): void {
  if (faults.length === 0) return
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`
  throw new SluiceError('INVALID_APPLICATION', `${what}: ${count}: ${faults.join('; ')}`, { details: faults })
}

/** An object that is no list. What a definition from plain JavaScript holds is not known before this is asked. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** A value as a fault shows it: JSON, shortened; numbers that JSON has no word for as themselves. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'number') return String(value)
  const json = asJson(value)
  return json.length <= 80 ? json : `${json.slice(0, 77)}...`
}

/** A fault for every key that is not among those expected: a misspelt one would otherwise have no effect. */
export function unknownKeys(where: string, value: object, expected: readonly string[]): string[] {
  return Object.keys(value)
    .filter((key) => !expected.includes(key))
    .map((key) => `${where}: expected ${expected.join(', ')}, got ${key}`)
}

function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? `a ${typeof value}`
  } catch {
    // A cycle, or a bigint.
    return 'a value that JSON cannot hold'
  }
}
