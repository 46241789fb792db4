import { findSubject } from './find-subject.ts'
import { compileMention } from './quarantine-mention.ts'
import type { RewriteRule } from './rewrite-rule.ts'
import type { RewrittenLog } from './rewrite-store.ts'
import type { Subject } from './subject.ts'

/** Removes every record that names a subject and every quarantined input that mentions its key. */
export function erasureOf({ storage, references }: Omit<RewrittenLog, 'committer'>, subject: Subject): RewriteRule {
  return {
    kind: 'erasure',
    drops: () => true,
    *touches(from, to) {
      for (const { offset } of findSubject(storage, references, subject, { from, to })) yield offset
    },
    dropsQuarantined: compileMention(subject.id),
  }
}
