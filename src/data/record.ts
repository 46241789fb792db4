/**
 * One thing that happened, as it stands in the log: `type` names an event of the schema or an entity whose
 * attributes it sets; `id` is the client's name for it, by which a repetition is known; `at` is when it happened, in
 * milliseconds since the Unix epoch. The fields of its type stand beside them.
 */
export interface EventRecord {
  readonly id: string
  readonly type: string
  readonly at: number
  readonly [field: string]: unknown
}
