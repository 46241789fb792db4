import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { SluiceError } from '../foundation/index.ts'

/** Who writes to a data directory. `startedAt` tells a process from a later one with the same number. */
interface Owner {
  readonly pid: number
  readonly startedAt: string
  readonly host: string
}

/**
 * Throws when another living process, or this one, writes to the directory. A lock that a dead process left is no
 * obstacle.
 *
 * @throws SluiceError `DIRECTORY_LOCKED` naming the process
 */
export function requireUnlocked(file: string): void {
  const owner = readOwner(file)
  if (owner === undefined || isDead(owner)) return
  const advice =
    owner.host === hostname()
      ? 'stop that process, or open the directory for reading'
      : `stop that process; if that machine is gone for good, delete ${file}`
  throw new SluiceError(
    'DIRECTORY_LOCKED',
    `data directory: expected no other writer, got process ${owner.pid} on ${owner.host}; ${advice}`,
    { details: { pid: owner.pid, host: owner.host } },
  )
}

/**
 * Takes the lock for this process. Two processes must not do this at the same time: the caller holds a mutex that the
 * operating system frees when its holder dies.
 *
 * @returns a function that gives the lock back
 * @throws SluiceError `DIRECTORY_LOCKED` as {@link requireUnlocked}
 */
export function takeWriterLock(file: string): () => void {
  requireUnlocked(file)
  const text = JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) ?? '', host: hostname() })
  // A rename is whole or not at all, so that no half-written lock is left behind.
  writeFileSync(`${file}.new`, text, { flush: true })
  renameSync(`${file}.new`, file)
  return () => rmSync(file, { force: true })
}

function readOwner(file: string): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8')) as Owner
    return Number.isInteger(owner.pid) ? owner : undefined
  } catch {
    return undefined
  }
}

function isDead({ pid, startedAt, host }: Owner): boolean {
  // Process numbers of another machine say nothing here.
  if (host !== hostname()) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
  const start = startOf(pid)
  return start !== undefined && start !== startedAt
}

/** When a process started, in ticks since boot; 'ended' for a zombie; undefined where the system does not tell. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in parentheses and may hold spaces: count from behind it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : fields[19]
  } catch {
    return undefined
  }
}
