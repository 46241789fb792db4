import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { FIGURES } from './fraud-figures.ts'
import { publishedTable } from './published-table.ts'
import { replayPayments } from './replay-payments.ts'
import { splitWeek } from './week-split.ts'

const directory = fileURLToPath(new URL('../../../../../shared/data/fraud-handbook/', import.meta.url))
const absent = existsSync(directory) ? false : 'the fraud handbook (../shared/data/fraud-handbook) is not there'

it("has the book's logistic regression within 0.005 on the book's own week", { skip: absent }, async () => {
  const payments = await replayPayments(directory, 21)
  assert.equal(payments.payments, 1_303_778)
  const [logistic] = publishedTable(splitWeek(payments, 129, 1), payments.columns, 1)
  for (const name of FIGURES) {
    const difference = logistic!.figures[name] - logistic!.published.figures[name]
    assert.ok(Math.abs(difference) < 0.005, `${name}: off by ${difference}`)
  }
})
