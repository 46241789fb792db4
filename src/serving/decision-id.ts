/**
 * The id of a decision: when it was made, the last offset of the log at that moment, and a running number of the
 * process, so that its record is found without reading what came before it.
 */
export function decisionId(at: number, head: number, number: number): string {
  return `d-${at.toString(36)}-${head.toString(36)}-${number.toString(36)}`
}

/** An offset that the record of a decision comes after; undefined when the id is none of {@link decisionId}. */
export function offsetBeforeDecision(id: string): number | undefined {
  const head = /^d-[0-9a-z]{1,11}-([0-9a-z]{1,10})-[0-9a-z]{1,10}$/.exec(id)?.[1]
  return head === undefined ? undefined : Number.parseInt(head, 36)
}
