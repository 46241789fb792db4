import { SluiceError } from '../../foundation/index.ts'

/** @throws SluiceError `MODEL_CORRUPT` without it */
export function fieldOf(value: unknown, name: string): unknown {
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, name)) {
    return (value as Readonly<Record<string, unknown>>)[name]
  }
  throw xgboostCorrupt(`a field ${name}`, 'none')
}

/** @throws SluiceError `MODEL_CORRUPT` */
export function listOf(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw xgboostCorrupt(`a list ${name}`, typeof value)
}

/** @throws SluiceError `MODEL_CORRUPT` */
export function textOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value
  throw xgboostCorrupt(`text as ${name}`, typeof value)
}

/** A whole number from 0, which XGBoost often writes as text. @throws SluiceError `MODEL_CORRUPT` */
export function numberOf(value: unknown, name: string): number {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number < 2 ** 31) return number
  throw xgboostCorrupt(`a whole number as ${name}`, String(value))
}

/** Numbers, flags as 0 and 1, or null as NaN. @throws SluiceError `MODEL_CORRUPT` */
export function numbersOf(value: unknown, name: string): number[] {
  return listOf(value, name).map((item) => {
    if (typeof item === 'number') return item
    if (typeof item === 'boolean') return Number(item)
    if (item === null) return Number.NaN
    throw xgboostCorrupt(`numbers in ${name}`, typeof item)
  })
}

export function xgboostCorrupt(expected: string, got: string, cause?: unknown): SluiceError {
  return new SluiceError('MODEL_CORRUPT', `XGBoost model: expected ${expected}, got ${got}; save it again`, { cause })
}

export function xgboostMismatch(expected: string, got: string): SluiceError {
  return new SluiceError('MODEL_MISMATCH', `XGBoost model: expected ${expected}, got ${got}; train one without`)
}
