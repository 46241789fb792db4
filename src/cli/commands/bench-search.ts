import type { Command } from 'commander'
import { runSearchBench, SEARCH_METRICS, type SearchReport } from '../bench/search/search-bench.ts'
import { interval, printResult, say, table } from '../output.ts'
import { wholeNumber, withoutEffect } from '../shared-options.ts'

interface SearchCommandOptions {
  readonly documents: string
  readonly queries: string
  readonly judgements: string
  readonly json: boolean
  readonly seed: number
}

const HELP = `
Documents are JSON lines with an id and fields; queries TSV with the header "query text" or JSON lines; judgements TSV with
the header "query doc gain" or TREC qrels. Files may be compressed with gzip. Nothing is tuned: docs/search.md tells what
is measured.

Example:
  sluice bench search --documents docs.jsonl.gz --queries queries.tsv --judgements qrels.tsv --json`

export function addSearchBench(bench: Command): void {
  withoutEffect(bench.command('search'), '--app <name>', '--dir <directory>')
    .description('relevance and speed of text search on a test collection')
    .requiredOption('--documents <file>', 'what is searched')
    .requiredOption('--queries <file>', 'what is asked')
    .requiredOption('--judgements <file>', 'which documents are relevant to which query')
    .option('--json', 'one JSON document on standard output', false)
    .option('--seed <number>', 'seed of typing errors and intervals', wholeNumber, 1)
    .addHelpText('after', HELP)
    .action(searchCommand)
}

async function searchCommand({ json, ...options }: SearchCommandOptions): Promise<void> {
  const report = await runSearchBench({ ...options, clock: () => performance.now(), onProgress: say })
  printResult(json, report, () => reportText(report))
}

function reportText({ protocol, documents, fields, terms, queries, index, runs, typingErrors }: SearchReport): string {
  const share = (value: number): string => `${(100 * value).toFixed(1)} %`
  return [
    `${documents} documents (${fields.join(', ')}), ${terms} terms, ${queries} queries with a relevant document`,
    `indexed in ${index.seconds.toFixed(2)} s, opened in ${index.openSeconds.toFixed(2)} s; ${(index.bytes / 2 ** 20).toFixed(1)} MiB`,
    protocol,
    '',
    table(
      ['run', ...SEARCH_METRICS, 'p50', 'p99'],
      runs.map(({ run, metrics, intervals, latencyMicros }) => [
        run,
        ...SEARCH_METRICS.map((name) => interval({ estimate: metrics[name], ...intervals[name] })),
        ...[latencyMicros.p50, latencyMicros.p99].map((micros) => `${micros.toFixed(0)} µs`),
      ]),
    ),
    '',
    `typing errors leave ${share(typingErrors.share)} of the MAP, without spelling ${share(typingErrors.shareWithoutSpelling)}`,
  ].join('\n')
}
