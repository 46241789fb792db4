import { isSluiceError, SluiceError } from '../foundation/index.ts'

// Error numbers of the operating system and of LMDB; a short write shows as EIO (5) and comes from a full disk or quota.
const FULL: readonly unknown[] = [5, 27, 28, 122, -30792, 'ENOSPC', 'EDQUOT', 'EFBIG']
const CORRUPT: readonly unknown[] = [-30793, -30794, -30796, -30797]

/**
 * What a failed read or write of a data directory means to its owner.
 *
 * @param what - the path or the thing that was written, for the message
 * @returns `DISK_FULL` when the disk refused bytes, `DIRECTORY_CORRUPT` when the store is damaged, otherwise `INTERNAL`
 */
export function storageFault(what: string, cause: unknown): SluiceError {
  if (isSluiceError(cause)) return cause
  const code = (cause as { code?: unknown } | null)?.code
  if (FULL.includes(code)) {
    return new SluiceError(
      'DISK_FULL',
      `${what}: expected room on the disk, got a refused write; nothing of it was kept; free space or raise the quota, then send it again`,
      { cause },
    )
  }
  if (CORRUPT.includes(code)) {
    return new SluiceError(
      'DIRECTORY_CORRUPT',
      `${what}: expected a readable store, got ${messageOf(cause)}; restore the directory from a copy, or import into a new one`,
      { cause },
    )
  }
  return new SluiceError('INTERNAL', `${what}: expected the store to answer, got ${messageOf(cause)}`, { cause })
}

/** The message of anything that was thrown. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
