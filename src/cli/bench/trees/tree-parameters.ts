import { SluiceError } from '../../../foundation/index.ts'
import type { TreeTrainingOptions } from '../../../models/index.ts'
import { PARAMETERS, type Parameter, parameterNames } from './parameter-table.ts'
import type { TreeFileOptions } from './tree-file-options.ts'

/** What the parameters of an objective are, in our spelling; each objective has some of them. */
export interface ObjectiveParameters {
  readonly classCount?: number
  readonly sigmoid?: number
  readonly positiveWeight?: number
  readonly balanced?: boolean
  readonly alpha?: number
  readonly labelGains?: readonly number[]
  readonly truncation?: number
  readonly normalise?: boolean
  readonly classWeights?: readonly number[]
  readonly positionRegularization?: number
}

/** Everything that `name=value` parameters in LightGBM's spelling say. */
export interface TreeParameters {
  readonly training: TreeTrainingOptions
  readonly objective: ObjectiveParameters
  readonly table: TreeFileOptions
  readonly run: {
    /** Features by number, the label not counted, or by name. */
    readonly categorical?: readonly (number | string)[]
    readonly metrics?: readonly string[]
    readonly evalAt?: readonly number[]
    readonly threads?: number
    /** Iterations without a better test metric after which training ends. */
    readonly patience?: number
  }
}

/**
 * Reads parameters such as `num_trees=50`, by LightGBM's names and aliases. What has no meaning here because it cannot
 * change the result (`force_row_wise`, `verbosity`) is passed over.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at a name that is not known or a value of another kind
 */
export function readTreeParameters(parameters: readonly string[]): TreeParameters {
  const read: Record<Parameter['section'], Record<string, unknown>> = {
    training: {},
    objective: {},
    table: {},
    run: {},
  }
  for (const text of parameters) {
    const [name = '', ...rest] = text.split('=')
    const parameter = PARAMETERS.get(name.trim())
    if (!parameter || rest.length === 0) throw unknownParameter(text)
    if (parameter.key === '') continue
    read[parameter.section][parameter.key] = parsedValue(parameter, name, rest.join('=').trim())
  }
  return read
}

/**
 * The numbers of the categorical features.
 *
 * @throws SluiceError `INVALID_ARGUMENT` at a name that no feature has
 */
export function categoricalFeatures(given: readonly (number | string)[], featureNames: readonly string[]): number[] {
  return given.map((feature) => {
    const number = typeof feature === 'number' ? feature : featureNames.indexOf(feature)
    if (number >= 0 && number < featureNames.length) return number
    throw new SluiceError(
      'INVALID_ARGUMENT',
      `categorical feature: expected a number below ${featureNames.length} or a name of the header, got ${feature}`,
    )
  })
}

function parsedValue({ kind, key }: Parameter, name: string, text: string): unknown {
  const wrong = (expected: string): SluiceError =>
    new SluiceError('INVALID_ARGUMENT', `parameter ${name}: expected ${expected}, got ${JSON.stringify(text)}`)
  const number = (part: string): number => {
    const value = part.trim() === '' ? Number.NaN : Number(part)
    if (Number.isNaN(value)) throw wrong(kind === 'number' ? 'a number' : 'numbers with commas between')
    return value
  }
  switch (kind) {
    case 'number':
      return number(text)
    case 'limit':
      // LightGBM writes no limit as 0 or less.
      return number(text) > 0 ? number(text) : undefined
    case 'boolean':
      if (/^(true|\+|1)$/i.test(text)) return true
      if (/^(false|-|0)$/i.test(text)) return false
      throw wrong('true or false')
    case 'numbers':
      return text.split(',').map(number)
    case 'words':
      return text.split(',').map((word) => word.trim())
    case 'column':
      return columnOf(text)
    case 'columns':
      return text.startsWith('name:') ? text.slice(5).split(',') : text.split(',').map(number)
    case 'groups':
      return Array.from(text.matchAll(/\[([^\]]*)\]/g), ([, group = '']) => group.split(',').map(number))
    default:
      throw wrong(`a ${String(kind satisfies never)} for ${key}`)
  }
}

function columnOf(text: string): number | string {
  if (text.startsWith('name:')) return text.slice(5)
  return /^\d+$/.test(text) ? Number(text) : text
}

function unknownParameter(text: string): SluiceError {
  return new SluiceError(
    'INVALID_ARGUMENT',
    `parameter: expected name=value with a name among ${parameterNames().join(', ')}, got ${text}`,
  )
}
