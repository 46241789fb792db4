import { SluiceError } from '../../foundation/index.ts'

/** The module of DuckDB. */
export type DuckDb = typeof import('@duckdb/node-api')

/** The release that Sluice is tested with. */
const VERSION = '1.5.5-r.5'

/**
 * DuckDB, loaded when it is first needed: it is an optional package of 70 MB, and most processes never use it.
 *
 * @throws SluiceError `PACKAGE_MISSING` when it is not installed, or not for this platform
 */
export async function loadDuckDb(load: () => Promise<DuckDb> = () => import('@duckdb/node-api')): Promise<DuckDb> {
  try {
    return await load()
  } catch (cause) {
    throw new SluiceError(
      'PACKAGE_MISSING',
      `sealed files: expected the package @duckdb/node-api, got: ${firstLine(cause)}; run npm install @duckdb/node-api@${VERSION}`,
      { cause },
    )
  }
}

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? ''
}
