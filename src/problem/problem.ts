import { throwFaults } from './schema.ts'

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

const TASKS: readonly string[] = ['ranking', 'classification', 'regression']

/**
 * Declares a problem.
 *
 * @throws SluiceError `INVALID_APPLICATION` with every fault in `details`
 */
export function defineProblem(problem: Problem): Problem {
  throwFaults('problem', problemFaults(problem))
  return problem
}

function problemFaults({ task, objective, success, guardrails, scale }: Problem): string[] {
  const faults: string[] = []
  if (!TASKS.includes(task)) faults.push(`task: expected one of ${TASKS.join(', ')}, got ${JSON.stringify(task)}`)
  if (!objective) faults.push('objective: expected the name of an event, got nothing')
  if (!success?.length) faults.push('success: expected at least one metric, got none')
  for (const [name, value] of Object.entries(scale ?? {})) {
    if (!(value > 0)) faults.push(`scale.${name}: expected a number above 0, got ${value}`)
  }
  if (guardrails?.p99Ms !== undefined && !(guardrails.p99Ms > 0)) {
    faults.push(`guardrails.p99Ms: expected milliseconds above 0, got ${guardrails.p99Ms}`)
  }
  const share = guardrails?.creatorShare
  if (share !== undefined && !(share > 0 && share <= 1)) {
    faults.push(`guardrails.creatorShare: expected a share in (0, 1], got ${share}`)
  }
  return faults
}
