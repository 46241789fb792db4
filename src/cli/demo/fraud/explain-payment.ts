import { askServer } from '../ask-server.ts'
import type { PaymentAnswer, ScoredPayment } from './score-payments.ts'

interface Reason {
  readonly source: string
  readonly name: string
  /** What it asked for; a feature asks for nothing by itself. */
  readonly action?: string
  readonly because: string
}

/** A payment whose decision is laid open. */
export interface ExplainedPayment {
  readonly decision: string
  readonly payment: ScoredPayment['payment']
  /** What is true of it, which the engine does not see. */
  readonly truth: string
  readonly probability: number | null
  readonly action: string
  readonly reasons: readonly Reason[]
  /** Whether the decision came out the same to the byte when it was made again. */
  readonly reproduced: boolean
}

/** Asks why the most suspicious payment, of those that were not simply allowed, got its action; null without one. */
export async function explainPayment(
  address: string,
  scored: readonly ScoredPayment[],
): Promise<ExplainedPayment | null> {
  const chance = ({ answer }: ScoredPayment): number => answer.probability ?? 0
  const stopped = scored.filter(({ answer }) => answer.action !== 'allow')
  const [first] = (stopped.length > 0 ? stopped : [...scored]).sort((a, b) => chance(b) - chance(a))
  if (!first) return null
  const { payment, scenario, answer } = first
  type Explained = PaymentAnswer & Pick<ExplainedPayment, 'reasons' | 'reproduced'>
  const { probability, action, reasons, reproduced } = await askServer<Explained>(
    address,
    `/v1/decisions/${answer.decision}?explain=true`,
  )
  return { decision: answer.decision, payment, truth: scenario, probability, action, reasons, reproduced }
}
