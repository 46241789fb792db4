import { ACTIONS, type Action, severer } from './action.ts'
import { FIRED, type RuleProgram, type RuleRow } from './rules/rule-program.ts'
import { type CostPolicy, cheapestAction } from './thresholds/cost-policy.ts'

/** How a probability becomes an action: by thresholds (at or above), or by what each action is expected to cost. */
export type ModelPolicy =
  | { readonly kind: 'thresholds'; readonly thresholds: Partial<Readonly<Record<Exclude<Action, 'allow'>, number>>> }
  | { readonly kind: 'cost'; readonly policy: CostPolicy }

/** What an action is decided from. */
export interface PolicyInput {
  /** In [0, 1]; undefined when no model could score. */
  readonly probability: number | undefined
  readonly amount: number
  readonly row: RuleRow
  /** The entry of an allow or block list that holds for the event, when one does. */
  readonly listed?: { readonly list: 'allow' | 'block'; readonly reason: string } | undefined
}

/** One of the things that led to an action. */
export interface PolicyReason {
  readonly source: 'list' | 'rule' | 'model'
  /** The list's or rule's name; `probability` for the model. */
  readonly name: string
  /** What it asked for. */
  readonly action: Action
  readonly because: string
}

export interface PolicyDecision {
  readonly action: Action
  /** What asked for the action or more, and what stood against it; empty when nothing spoke. */
  readonly reasons: readonly PolicyReason[]
}

/**
 * Decides in this order: a block list blocks; an allow list allows; else the severest of what the rules that fired and
 * the model ask for. A rule that says `allow` stands against the model, never against another rule. Without a
 * probability the rules alone decide.
 *
 * @param fired - shape (rules,), overwritten with what each rule said
 */
export function decideAction(
  rules: RuleProgram,
  model: ModelPolicy,
  input: PolicyInput,
  fired: Uint8Array,
): PolicyDecision {
  rules.evaluate(input.row, fired)
  const { listed, probability, amount } = input
  if (listed) {
    const reason = { source: 'list', name: listed.list, action: listed.list, because: listed.reason } as const
    return { action: listed.list, reasons: [reason] }
  }
  const reasons: PolicyReason[] = []
  let action: Action = 'allow'
  let isTrusted = false
  for (let at = 0; at < rules.rules.length; at++) {
    if (fired[at] !== FIRED) continue
    const rule = rules.rules[at]!
    if (rule.action === 'allow') isTrusted = true
    action = severer(action, rule.action)
    reasons.push({ source: 'rule', name: rule.name, action: rule.action, because: rule.because ?? rule.name })
  }
  if (probability === undefined) return { action, reasons }
  const asked = modelAction(model, probability, amount)
  if (asked === 'allow') return { action, reasons }
  const because = `the probability of fraud is ${percent(probability)}`
  reasons.push({ source: 'model', name: 'probability', action: asked, because })
  return { action: isTrusted ? action : severer(action, asked), reasons }
}

/** What the model alone asks for. */
export function modelAction(model: ModelPolicy, probability: number, amount: number): Action {
  if (model.kind === 'cost') return cheapestAction(probability, amount, model.policy)
  let action: Action = 'allow'
  for (const each of ACTIONS) {
    if (each !== 'allow' && probability >= (model.thresholds[each] ?? Number.POSITIVE_INFINITY)) action = each
  }
  return action
}

function percent(probability: number): string {
  return `${(probability * 100).toPrecision(3)} %`
}
