import { interval, table } from '../output.ts'
import type { SearchEvaluation } from './evaluate-search.ts'

const LONGEST_TEXT = 60

/** An evaluation of search as tables for people. */
export function searchEvaluationText(evaluation: SearchEvaluation): string {
  const { run, against, queries, queriesWithoutResults, queriesLeftOut, unjudgedAt10, gates } = evaluation
  const heads = [
    `${queries} queries with a relevant document, ${queriesWithoutResults} of them without a result; ${queriesLeftOut} other queries left out`,
    `${(100 * unjudgedAt10).toFixed(1)} % of the ten best documents are not judged and count as not relevant`,
    '',
    against === undefined ? metricsTable(evaluation) : comparisonTable(evaluation),
    '',
    worstTable(evaluation),
  ]
  const outcomes = gates.map(({ gate, value, holds }) => `${holds ? 'holds' : 'FAILS'}: ${gate} (${value.toFixed(4)})`)
  return [`${run}${against === undefined ? '' : ` against ${against}`}`, ...heads, ...outcomes].join('\n').trimEnd()
}

function metricsTable({ run, metrics }: SearchEvaluation): string {
  return table(
    ['metric', `${run}: mean (95 %)`],
    Object.entries(metrics).map(([name, mean]) => [name, interval(mean)]),
  )
}

function comparisonTable({ run, against, metrics, againstMetrics, comparison }: SearchEvaluation): string {
  const rows = Object.entries(comparison ?? {}).map(([name, test]) => [
    name,
    metrics[name]!.estimate.toFixed(4),
    againstMetrics![name]!.estimate.toFixed(4),
    interval(test.difference),
    test.randomisationProbability.toFixed(4),
    test.tProbability.toFixed(4),
    `${test.better} / ${test.worse} / ${test.same}`,
  ])
  return table(
    ['metric', run, against ?? '', 'difference (95 %)', 'p, random signs', 'p, t', 'better / worse / same'],
    rows,
  )
}

function worstTable({ worst, byMetric, run, against, comparison }: SearchEvaluation): string {
  if (comparison?.[byMetric]?.worse === 0) return `no query lost anything of ${byMetric}\n`
  if (worst.length === 0) return ''
  const rows = worst.map((query) => [
    query.query,
    ...(query.against ? [query.against[byMetric]!.toFixed(4)] : []),
    query.metrics[byMetric]!.toFixed(4),
    ...(query.against ? [(query.metrics[byMetric]! - query.against[byMetric]!).toFixed(4)] : []),
    shortened(query.text ?? ''),
  ])
  const head = against === undefined ? ['query', byMetric, 'text'] : ['query', against, run, 'difference', 'text']
  return `${against === undefined ? 'worst queries' : 'worst losses'} by ${byMetric}\n${table(head, rows)}\n`
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= LONGEST_TEXT ? line : `${line.slice(0, LONGEST_TEXT - 1)}…`
}
