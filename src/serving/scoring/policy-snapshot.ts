import { hash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Application } from '../../application/index.ts'
import type { EventLog, EventRecord } from '../../data/index.ts'
import { ByteReader, ByteWriter, isSluiceError, SluiceError } from '../../foundation/index.ts'
import { type PolicyOutcome, PolicyState } from './policy-state.ts'

const FILE = 'policy.snapshot'

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
  const saved = readSnapshot(application, log, join(directory, FILE))
  if (saved === undefined) removePolicySnapshot(directory)
  const policy = saved ?? new PolicyState(application)
  policy.follow(log, log.head, onChange)
  return policy
}

/** Writes the policy beside the log, whole or not at all. @throws SluiceError `DISK_FULL` */
export function savePolicy(policy: PolicyState, generation: number, directory: string): void {
  if (policy.systems.size === 0) return
  const file = join(directory, FILE)
  const bytes = policy.save()
  const head = new ByteWriter()
    .float64(generation)
    .text(hash('sha256', bytes, 'hex'))
    .bytes(bytes)
    .finish()
  try {
    writeFileSync(`${file}.draft`, head, { flush: true })
    renameSync(`${file}.draft`, file)
  } catch (cause) {
    rmSync(`${file}.draft`, { force: true })
    throw new SluiceError('DISK_FULL', `${file}: expected room for ${head.length} bytes, got a refusal; make room`, {
      cause,
    })
  }
}

/** Removes what {@link savePolicy} wrote. */
export function removePolicySnapshot(directory: string): void {
  const file = join(directory, FILE)
  for (const each of [file, `${file}.draft`]) rmSync(each, { force: true })
}

function readSnapshot(application: Application, log: EventLog, file: string): PolicyState | undefined {
  if (!existsSync(file)) return undefined
  const policy = new PolicyState(application)
  try {
    const reader = new ByteReader(new Uint8Array(readFileSync(file)), 'DIRECTORY_CORRUPT')
    const generation = reader.float64()
    const checksum = reader.text()
    const bytes = reader.bytes()
    if (generation !== log.generation || hash('sha256', bytes, 'hex') !== checksum) return undefined
    policy.load(bytes)
  } catch (error) {
    if (isSluiceError(error, 'DIRECTORY_CORRUPT')) return undefined
    throw error
  }
  return policy.offset > log.head ? undefined : policy
}
