import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance, type Json } from '@duckdb/node-api'
import { type EventLog, type EventRecord, openDataDirectory, openEventLog } from '../../../data/index.ts'
import type { Schema } from '../../../problem/index.ts'

/** When everything is received, in milliseconds since the Unix epoch. */
export const NOW = 1_800_000_000_000
const clock = () => NOW

/** A log with records in it, open for writing, and the folder of its sealed files. */
interface LogUnderTest {
  readonly log: EventLog
  readonly folder: string
  readonly close: () => Promise<void>
}

/** A log at a path with these records behind what it holds: those of the schema checked, the engine's own as they are. */
export async function openLogOf(path: string, schema: Schema, records: readonly EventRecord[]): Promise<LogUnderTest> {
  const directory = openDataDirectory(path, { mode: 'write', clock })
  const log = openEventLog(directory, { schema, clock })
  const isOwn = ({ type }: EventRecord): boolean => type.startsWith('$')
  for (let start = 0, end = 0; start < records.length; start = end) {
    // Neighbours of a kind share a commit.
    while (end < records.length && isOwn(records[end]!) === isOwn(records[start]!)) end++
    const run = records.slice(start, end)
    if (isOwn(run[0]!)) await log.appendInternal(run)
    else await log.append(run)
  }
  const close = async () => {
    await log.close()
    await directory.close()
  }
  return { log, folder: join(path, 'sealed'), close }
}

/** What a DuckDB of its own, which knows nothing of Sluice, answers to a query. */
export async function ask(sql: string): Promise<Record<string, Json>[]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson()
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** The files of a sealed folder that hold these bytes. */
export function filesWith(folder: string, text: string): string[] {
  const isFound = (path: string): boolean => readFileSync(join(folder, path)).includes(text)
  return sealedPaths(folder).filter(isFound)
}

/** All files below a folder, hidden ones included. */
export function sealedPaths(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}
