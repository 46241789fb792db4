import type { Clock } from '../../foundation/index.ts'

/** The most that one request may bring, and that the server works on at once. */
export interface ServerLimits {
  /** Bytes of a body. */
  readonly bodyBytes: number
  /** Events of one call. */
  readonly events: number
  /** Items that a request may exclude. */
  readonly exclude: number
  /** Requests under way; one more is answered with `OVERLOADED`. */
  readonly underWay: number
  /** Requests under way that may have to read the log. */
  readonly readingLog: number
}

export const DEFAULT_LIMITS: ServerLimits = {
  bodyBytes: 5 * 1024 * 1024,
  events: 10_000,
  exclude: 1_000,
  underWay: 512,
  readingLog: 4,
}

export interface ServerOptions {
  /** Demanded of every request under `/v1` and of `/metrics`; without one the server listens on loopback only. */
  readonly apiKey?: string | undefined
  readonly limits?: Partial<ServerLimits>
  /** What is logged to standard error: `silent`, `error`, `warn`, `info` (the default) or `debug`. */
  readonly logLevel?: string
  /** The text of `/metrics`; the route is absent without it. */
  readonly metrics?: () => Promise<string>
  /** What monitoring knows of a system; part of `/v1/systems/:name`. */
  readonly report?: (system: string) => unknown
  /** The folder that `/console/` shows. */
  readonly consoleDirectory?: string
  /** Shown in `/openapi.json`. */
  readonly version?: string
  /** How long requests under way may take once the server closes; default 10,000. */
  readonly graceMs?: number
  readonly clock?: Clock
}
