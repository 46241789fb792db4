import type { Application } from '../../application/index.ts'
import { DerivedFile, type EventLog, type EventRecord, orRefused } from '../../data/index.ts'
import { SluiceError } from '../../foundation/index.ts'
import { type PolicyOutcome, PolicyState } from './policy-state.ts'

/** Raised when the layout around the policy changes. */
const LAYOUT = 'sluice-policy-1'

/**
 * The policy as of the log's head: the snapshot, when there is one of this generation of the log, and the tail of the
 * log; else the whole log. A snapshot that cannot be used may hold what was erased since, and is removed.
 *
 * @param onChange - gets every change behind the snapshot
 * @remarks O(records behind the snapshot), some 0.9 million a second.
 */
export function openPolicy(
  application: Application,
  log: EventLog,
  directory: string,
  onChange?: (record: EventRecord, outcome: PolicyOutcome) => void,
): PolicyState {
  const saved = readSnapshot(application, log, directory)
  if (saved === undefined) fileIn(directory).remove()
  const policy = saved ?? new PolicyState(application)
  policy.follow(log, log.head, onChange)
  return policy
}

/** Writes the policy beside the log, whole or not at all. @throws SluiceError `DISK_FULL` */
export function savePolicy(policy: PolicyState, generation: number, directory: string): void {
  if (policy.systems.size > 0) fileIn(directory).write(generation, policy.save())
}

function fileIn(directory: string): DerivedFile {
  return new DerivedFile(directory, 'policy', LAYOUT)
}

function readSnapshot(application: Application, log: EventLog, directory: string): PolicyState | undefined {
  const file = fileIn(directory)
  if (!file.exists) return undefined
  const read = orRefused(() => {
    const policy = new PolicyState(application)
    policy.load(file.read(log.generation))
    if (policy.offset > log.head) throw new SluiceError('DIRECTORY_CORRUPT', 'snapshot: it is ahead of the log')
    return policy
  })
  return 'value' in read ? read.value : undefined
}
