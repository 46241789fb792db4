import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ByteScan } from './scan-bytes.ts'

/** What was erased of a person or thing, and what was looked at: no name of it, and no hash of one. */
export interface ErasureReceipt {
  readonly receipt: string
  /** In milliseconds since the Unix epoch. */
  readonly at: number
  readonly entity: string
  /** Records that named it and are gone, by type. */
  readonly records: Readonly<Record<string, number>>
  /** Quarantined inputs that named it and are gone. */
  readonly quarantine: number
  /** Sealed files that were written again without it, and the rows that are gone. */
  readonly sealed: { readonly files: number; readonly rows: number }
  /** Versions that had learnt from those records; they are marked, and stay until a training replaces them. */
  readonly models: readonly { readonly system: string; readonly version: string; readonly records: number }[]
  /** The log's generation afterwards. */
  readonly generation: number
  /** A look for the id's bytes in every file of the data directory, once everything was done. */
  readonly scan: ByteScan
}

const FILE = 'receipts.ndjson'

/** Adds a receipt to those of a directory, on the disk when it returns. */
export function writeReceipt(directory: string, receipt: ErasureReceipt): void {
  appendFileSync(join(directory, FILE), `${JSON.stringify(receipt)}\n`, { flush: true })
}

/** What stands in the receipts of a directory, oldest first, and the numbers of lines that are none. */
export function readReceipts(directory: string): { receipts: ErasureReceipt[]; brokenLines: number[] } {
  const file = join(directory, FILE)
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  const receipts: ErasureReceipt[] = []
  const brokenLines: number[] = []
  lines.forEach((line, index) => {
    if (line === '') return
    const receipt = parseReceipt(line)
    if (receipt) receipts.push(receipt)
    else brokenLines.push(index + 1)
  })
  return { receipts, brokenLines }
}

function parseReceipt(line: string): ErasureReceipt | undefined {
  try {
    const value = JSON.parse(line) as Partial<ErasureReceipt> | null
    const isReceipt = typeof value?.receipt === 'string' && Array.isArray(value.models) && typeof value.at === 'number'
    return isReceipt ? (value as ErasureReceipt) : undefined
  } catch {
    return undefined
  }
}
