import { isRecord, shown, throwFaults, unknownKeys } from './faults.ts'

/** What kind of answer a system gives. */
export type Task = 'ranking' | 'classification' | 'regression'

/** How a metric reads: which way is better, and its unit. */
export interface MetricDefinition {
  readonly name: string
  readonly better: 'higher' | 'lower'
  readonly unit?: string
}

/** Limits that a decision must stay within, whatever the objective gains. */
export interface Guardrails {
  /** 99th percentile of the answer time, in milliseconds. */
  readonly p99Ms?: number
  /** Largest share of a page that one creator may have, in (0, 1]. */
  readonly creatorShare?: number
  /** Smallest gain in the objective's offline metric over the champion for a promotion; may be negative. */
  readonly minimumGain?: number
}

/** What the system has to carry; used for sizing and for the design document. */
export interface Scale {
  readonly users: number
  readonly items: number
  readonly eventsPerSecond: number
  readonly requestsPerSecond: number
}

/** What is being decided, for whom, and what counts as success. */
export interface Problem {
  readonly task: Task
  /** The event that the system tries to bring about, or to predict. */
  readonly objective: string
  /** Metrics watched online, most important first. */
  readonly success: readonly MetricDefinition[]
  readonly guardrails: Guardrails
  readonly scale: Scale
}

const TASKS: readonly unknown[] = ['ranking', 'classification', 'regression'] satisfies Task[]
const GUARDRAILS = ['p99Ms', 'creatorShare', 'minimumGain'] satisfies (keyof Guardrails)[]
const SCALE = ['users', 'items', 'eventsPerSecond', 'requestsPerSecond'] satisfies (keyof Scale)[]

/**
 * Declares a problem.
 *
 * @throws SluiceError `INVALID_APPLICATION` with every fault in `details`
 */
export function defineProblem(problem: Problem): Problem {
  throwFaults('problem', problemFaults(problem))
  return problem
}

function problemFaults(problem: unknown): string[] {
  if (!isRecord(problem)) return [`expected { task, objective, success, guardrails, scale }, got ${shown(problem)}`]
  const { task, objective, success, guardrails, scale } = problem
  return [
    ...unknownKeys('problem', problem, ['task', 'objective', 'success', 'guardrails', 'scale']),
    ...(TASKS.includes(task) ? [] : [`task: expected one of ${TASKS.join(', ')}, got ${shown(task)}`]),
    ...(isName(objective) ? [] : [`objective: expected the name of an event, got ${shown(objective)}`]),
    ...successFaults(success),
    ...guardrailFaults(guardrails),
    ...scaleFaults(scale),
  ]
}

function successFaults(success: unknown): string[] {
  if (!Array.isArray(success)) return [`success: expected a list of metrics, got ${shown(success)}`]
  if (success.length === 0) return ['success: expected at least one metric, got none']
  return success.flatMap((metric: unknown, index) => {
    const where = `success[${index}]`
    if (!isRecord(metric) || !isName(metric.name)) return [`${where}: expected { name, better }, got ${shown(metric)}`]
    const isDirected = metric.better === 'higher' || metric.better === 'lower'
    return [
      ...unknownKeys(where, metric, ['name', 'better', 'unit']),
      ...(isDirected ? [] : [`${where}.better: expected higher or lower, got ${shown(metric.better)}`]),
    ]
  })
}

function guardrailFaults(guardrails: unknown): string[] {
  if (!isRecord(guardrails)) return [`guardrails: expected an object, {} for none, got ${shown(guardrails)}`]
  const { p99Ms, creatorShare, minimumGain } = guardrails
  const faults = unknownKeys('guardrails', guardrails, GUARDRAILS)
  if (p99Ms !== undefined && !isAboveZero(p99Ms)) {
    faults.push(`guardrails.p99Ms: expected milliseconds above 0, got ${shown(p99Ms)}`)
  }
  if (creatorShare !== undefined && !(isAboveZero(creatorShare) && creatorShare <= 1)) {
    faults.push(`guardrails.creatorShare: expected a share in (0, 1], got ${shown(creatorShare)}`)
  }
  if (minimumGain !== undefined && !Number.isFinite(minimumGain)) {
    faults.push(`guardrails.minimumGain: expected a finite number, got ${shown(minimumGain)}`)
  }
  return faults
}

function scaleFaults(scale: unknown): string[] {
  if (!isRecord(scale)) return [`scale: expected { ${SCALE.join(', ')} }, got ${shown(scale)}`]
  return [
    ...unknownKeys('scale', scale, SCALE),
    ...SCALE.filter((name) => !isAboveZero(scale[name])).map(
      (name) => `scale.${name}: expected a number above 0, got ${shown(scale[name])}`,
    ),
  ]
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isAboveZero(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
}
