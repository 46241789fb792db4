/** What is measured after a build. */
export interface BuildReport {
  probes: number
  recall: number
  /** How many vectors the build had. */
  built: number
  /** How many were set or deleted since. */
  changes: number
}
