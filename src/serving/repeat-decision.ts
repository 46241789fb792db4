import { type Application, hashOfSystem, type System } from '../application/index.ts'
import { SluiceError } from '../foundation/index.ts'
import type { ModelRegistry } from '../training/index.ts'
import type { Decision } from './decision.ts'
import type { LiveSystem, LoadedModel } from './live-system.ts'
import { pageRequest } from './page-request.ts'
import { type PageRequest, type PageTrace, rankPage } from './rank-page.ts'

/** Makes the page of a decision again; the live system's state must be as of the decision. */
export async function repeatDecision(
  live: LiveSystem,
  decision: Decision,
): Promise<{ request: PageRequest; trace: PageTrace }> {
  const request = pageRequest(live, decision.request, decision.at)
  const call = {
    clock: () => 0,
    budgetMs: Number.POSITIVE_INFINITY,
    leaveOut: new Set(decision.degraded),
    chance: decision.id,
  }
  return { request, trace: await rankPage(live, request, call) }
}

/** A version with its files. @throws SluiceError `NO_MODEL`, `MODEL_CORRUPT` */
export function loadModel(registry: ModelRegistry, system: string, name: string): LoadedModel {
  const version = registry.find(system, name)
  if (!version) throw new SluiceError('NO_MODEL', `model: expected ${name} of ${system} in the registry, got none`)
  return { version, artifacts: registry.artifacts(version) }
}

/** Refuses a decision that another definition of the system made. @throws SluiceError `MODEL_MISMATCH` */
export function requireSameDefinition(
  application: Application,
  system: System,
  decision: Pick<Decision, 'id' | 'system' | 'systemHash'>,
): void {
  const hash = hashOfSystem(application, system)
  if (decision.systemHash === hash) return
  throw new SluiceError(
    'MODEL_MISMATCH',
    `decision ${decision.id}: expected one of this definition of ${decision.system} (${hash}), got one of ${decision.systemHash}; open it with the application that made it`,
  )
}
