import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { DuckDBConnection } from '@duckdb/node-api'
import { isSluiceError, SluiceError } from '../../foundation/index.ts'
import { type DuckDb, loadDuckDb } from './load-duckdb.ts'
import { readManifest, settle } from './sealed-manifest.ts'

/** A DuckDB in memory that works on one folder of sealed files, which nobody else changes meanwhile. */
export interface Workshop {
  readonly duckdb: DuckDb
  readonly connection: DuckDBConnection
  /** The folder of sealed files. */
  readonly folder: string
}

/** DuckDB holds a lock of the operating system on this file while it is attached; a process that dies frees it. */
const LOCK = 'lock.duckdb'
/** Where DuckDB puts what does not fit in {@link MEMORY}. */
const SPILL = '.spill'
const MEMORY = '1GB'
const RETRY_MS = 50
/** Half a minute of {@link RETRY_MS}. */
const RETRIES = 600

/** Work in this process that is under way on a folder: the lock tells processes apart, not parts of one. */
const underWay = new Map<string, Promise<unknown>>()

/**
 * Runs work on a folder of sealed files, one after the other however many processes want to, and waits for its turn.
 *
 * What a process that died left half done is finished or undone before. DuckDB loads no extension and fetches none:
 * Parquet is built in.
 *
 * @throws SluiceError `PACKAGE_MISSING` without DuckDB, `DIRECTORY_LOCKED` when another process works there for more
 * than half a minute, `DISK_FULL` when the disk refuses a write
 */
export async function inWorkshop<Result>(
  folder: string,
  work: (workshop: Workshop) => Promise<Result>,
): Promise<Result> {
  const path = resolve(folder)
  const before = underWay.get(path)
  const mine = (before ?? Promise.resolve()).catch(() => undefined).then(() => openAndWork(path, work))
  underWay.set(path, mine)
  try {
    return await mine
  } finally {
    if (underWay.get(path) === mine) underWay.delete(path)
  }
}

async function openAndWork<Result>(folder: string, work: (workshop: Workshop) => Promise<Result>): Promise<Result> {
  const duckdb = await loadDuckDb()
  mkdirSync(folder, { recursive: true })
  const instance = await duckdb.DuckDBInstance.create(':memory:', {
    memory_limit: MEMORY,
    temp_directory: join(folder, SPILL),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  })
  const connection = await instance.connect()
  try {
    await lock(connection, folder)
    try {
      tidy(folder)
      return await work({ duckdb, connection, folder })
    } catch (cause) {
      tidy(folder)
      throw isFullDisk(cause) ? diskFull(folder, cause) : cause
    } finally {
      removeSpill(folder)
    }
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

/** Finishes or undoes what was begun, also by a process that was killed. */
function tidy(folder: string): void {
  removeSpill(folder)
  settle(folder, readManifest(folder))
}

function removeSpill(folder: string): void {
  rmSync(join(folder, SPILL), { recursive: true, force: true })
}

/** Whether the system refused bytes, by its own error or in DuckDB's words. */
function isFullDisk(cause: unknown): boolean {
  const { code = '', message = '' } = cause as { code?: string; message?: string }
  if (isSluiceError(cause)) return false
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code) || /no space left|disk quota|file too large/i.test(message)
}

function diskFull(folder: string, cause: unknown): SluiceError {
  return new SluiceError(
    'DISK_FULL',
    `${folder}: expected room on the disk, got a refused write; sealed files are as they were; free space, then run it again`,
    { cause },
  )
}

async function lock(connection: DuckDBConnection, folder: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await connection.run(`ATTACH ${quoted(join(folder, LOCK))} AS sealed_lock`)
      return
    } catch (cause) {
      if (!/conflicting lock|could not set lock/i.test(String(cause))) throw cause
      if (attempt >= RETRIES) throw locked(folder, cause)
    }
    await pause(RETRY_MS)
  }
}

function locked(folder: string, cause: unknown): SluiceError {
  return new SluiceError(
    'DIRECTORY_LOCKED',
    `${folder}: expected no other process at work on the sealed files, got one that did not end in time; run it again later`,
    { cause },
  )
}

/** A string as a literal of SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** The name of a column or a table in SQL. */
export function named(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
