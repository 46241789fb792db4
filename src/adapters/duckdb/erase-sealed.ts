import { existsSync } from 'node:fs'
import type { SealedErasure, SealedExports } from '../../data/index.ts'
import type { Schema } from '../../problem/index.ts'
import { DECISION, type SealedColumn, sealedColumns } from './sealed-columns.ts'
import { takeOutRows } from './take-out-rows.ts'
import { inWorkshop, named, type Workshop } from './workshop.ts'

/**
 * The sealed files of a folder as an erasure sees them.
 *
 * A row names a subject when a reference of its entity holds its key, its own entity's rows included; a decision names
 * it as the subject or anywhere in its items and details, whatever its entity. Rows of a type that the schema no longer
 * has are searched in every column of text. DuckDB is loaded only where something was sealed.
 *
 * Erase from the log first and from here then: a sealing that runs meanwhile could else copy the rows once more.
 */
export function openSealedExports(folder: string): SealedExports {
  return {
    erase: async (subject, schema) => {
      // Without a manifest there may be the draft of a sealing that was killed.
      if (!existsSync(folder)) return { files: 0, rows: 0 }
      return inWorkshop(folder, (workshop) => eraseSubject(workshop, subject, schema))
    },
  }
}

/** The name of the variable of DuckDB that holds the subject's key; a key may hold bytes that no literal of SQL can. */
const KEY = "getvariable('subject_key')"
/** And the ways in which its JSON stands as a value among others. */
const VALUES = ["getvariable('json_first')", "getvariable('json_last')", "getvariable('json_end')"]

async function eraseSubject(
  workshop: Workshop,
  { entity, id }: { readonly entity: string; readonly id: string },
  schema: Schema,
): Promise<SealedErasure> {
  await setVariables(workshop, id)
  return takeOutRows(workshop, ({ type }, texts) => {
    if (type === DECISION) return namesInDecision(texts)
    const columns = sealedColumns(schema, type)
    return namesInColumns(columns === undefined ? texts : referencing(columns, entity, texts))
  })
}

async function setVariables({ connection }: Workshop, id: string): Promise<void> {
  // A key of an object is followed by a colon, a value by one of these.
  const json = JSON.stringify(id)
  await connection.run('SET VARIABLE subject_key = $1', [id])
  await connection.run('SET VARIABLE json_first = $1', [`${json},`])
  await connection.run('SET VARIABLE json_last = $1', [`${json}]`])
  await connection.run('SET VARIABLE json_end = $1', [`${json}}`])
}

function referencing(columns: readonly SealedColumn[], entity: string, present: readonly string[]): string[] {
  const names = columns.filter((column) => column.entity === entity).map(({ name }) => name)
  return names.filter((name) => present.includes(name))
}

function namesInColumns(columns: readonly string[]): string | undefined {
  if (columns.length === 0) return undefined
  return columns.map((column) => `${named(column)} = ${KEY}`).join(' OR ')
}

function namesInDecision(present: readonly string[]): string | undefined {
  const subject = namesInColumns(present.filter((name) => name === 'subject'))
  const values = present
    .filter((name) => name === 'items' || name === 'details')
    .flatMap((name) => VALUES.map((value) => `contains(${named(name)}, ${value})`))
  return [subject, ...values].filter((condition) => condition !== undefined).join(' OR ') || undefined
}
