import { dirname } from 'node:path'
import { removeCutBytes } from './cut-tail.ts'
import type { GroupCommitter } from './group-committer.ts'
import { type LogStorage, QUARANTINE_KEPT, REWRITES, type Rewrites } from './log-storage.ts'
import type { RewriteResult, RewriteRule } from './rewrite-rule.ts'
import { removeStore, type Store } from './store.ts'
import { StoreCopy } from './store-copy.ts'
import type { SubjectReferences } from './subject-references.ts'

/**
 * Builds a new store without what a rule drops and puts it in the place of the old one, which is deleted. While it is
 * built, appends go on; those that come in its last moments wait and go to the new store. A process that is killed
 * leaves the old store whole or the new one.
 *
 * @throws SluiceError `DISK_FULL`, `DIRECTORY_CORRUPT` when a batch that has to be read is damaged; the log is then as it
 * was
 */
export async function rewriteStore(
  { storage, committer, references }: RewrittenLog,
  rule: RewriteRule,
  at: number,
): Promise<RewriteResult> {
  await committer.betweenCommits(() => storage.settle())
  const bytesBefore = storage.bytes
  const draft = storage.openDraft()
  try {
    const copy = new StoreCopy(storage, draft, references, rule)
    await copy.recordsUpTo(committer.head)
    await copy.quarantineUpTo(storage.quarantineTally().last)
    await draft.flush()
    return await committer.betweenCommits(async () => {
      const { head } = committer
      // The journal goes before the old store does: it may hold what is dropped.
      await storage.settle()
      await copy.recordsUpTo(head)
      await copy.quarantineUpTo(storage.quarantineTally().last)
      await copy.finish(head, (facts, { removed }) => {
        facts.delete(QUARANTINE_KEPT)
        facts.set(REWRITES, withEntry(storage.rewrites(), rule, removed, { at, head }))
      })
      // Before the switch: when this process is killed between the two, no byte of what was dropped is left.
      if (rule.kind !== 'compaction') removeCutBytes(dirname(storage.folder))
      await storage.switchTo(draft)
      return { ...copy.counts(), bytesBefore, bytesAfter: storage.bytes }
    })
  } catch (error) {
    await discard(draft, storage)
    throw error
  }
}

/** The parts of a log that a rewrite needs. */
export interface RewrittenLog {
  readonly storage: LogStorage
  readonly committer: GroupCommitter
  readonly references: SubjectReferences
}

function withEntry(
  { generation, history }: Rewrites,
  { kind }: RewriteRule,
  removed: number,
  { at, head }: { at: number; head: number },
): Rewrites {
  const isRemoval = removed > 0 && kind !== 'compaction'
  return { generation: generation + 1, history: isRemoval ? [...history, { kind, at, head }] : history }
}

async function discard(draft: Store, storage: LogStorage): Promise<void> {
  if (storage.folder === draft.folder) return
  await draft.close()
  removeStore(draft.folder)
}
