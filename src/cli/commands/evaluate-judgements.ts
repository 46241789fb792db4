import { type Command, InvalidArgumentError } from 'commander'
import { evaluateSearch, type SearchEvaluationOptions } from '../judgements/evaluate-search.ts'
import { searchEvaluationText } from '../judgements/search-evaluation-text.ts'
import { printResult, say, WorkFailed } from '../output.ts'
import { type SharedOptions, wholeNumber } from '../shared-options.ts'

/** What `evaluate` takes to judge search on judgements. */
export interface JudgementOptions {
  readonly judgements?: string
  readonly queries?: string
  readonly documents?: string
  readonly run?: string
  readonly against?: string
  readonly saveRun?: string
  readonly metrics?: readonly string[]
  readonly gate?: readonly string[]
  readonly maxLoss?: number
  readonly worst?: number
}

export const JUDGEMENTS_HELP = `
With --judgements it judges search instead: a run in TREC form, or one that is made here from --documents and --queries by
"bm25", "default" or "feedback", or by the search system of the application that --app names. Judgements are TSV with the
header "query doc gain" or TREC qrels, queries TSV with the header "query text" or JSON lines, documents JSON lines; .gz
everywhere. docs/evaluate-search.md tells what is measured.

  sluice evaluate --judgements qrels.txt --run new.txt --against old.txt --queries queries.tsv --max-loss 0.005
  sluice evaluate --judgements qrels.tsv --queries queries.tsv --documents docs.jsonl.gz --gate "ndcg@10>=0.36"
  sluice evaluate --judgements qrels.tsv --queries queries.tsv --documents docs.jsonl.gz --run feedback --against default
  sluice evaluate --judgements qrels.tsv --queries queries.tsv --app application.ts --against before.txt --max-loss 0.01`

export function withJudgementOptions(command: Command): Command {
  return command
    .option('--judgements <file>', 'judge search on these: which documents are relevant to which query')
    .option('--queries <file>', 'what is asked; with --run the texts of what is shown')
    .option('--documents <file>', 'what is searched')
    .option('--run <file or search>', 'a run in TREC form, or with --documents bm25, default or feedback')
    .option('--against <file or search>', 'another run to compare with, query by query')
    .option('--save-run <file>', 'write the run in TREC form')
    .option('--metrics <names>', 'with commas between: map, ndcg@10, mrr, p@10, recall@100 and such', names)
    .option('--gate <rule>', 'such as "ndcg@10>=0.36": fail when the mean is below; may be repeated', collected)
    .option('--max-loss <number>', 'fail when more of the first metric is lost against the other run', share)
    .option('--worst <number>', 'how many of the worst queries are shown; 10 when absent', wholeNumber)
}

function names(text: string): string[] {
  return text.split(',').map((name) => name.trim())
}

function collected(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}

function share(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('expected a number from 0 to 1')
}

/** Judges search on judgements, prints what was found, and fails where a gate does not hold. */
export async function judgeSearch(
  { judgements, gate, json, ...options }: JudgementOptions & SharedOptions & { readonly judgements: string },
  system?: SearchEvaluationOptions['system'],
): Promise<void> {
  const evaluation = await evaluateSearch({ ...options, judgements, gates: gate, system, onProgress: say })
  printResult(json, evaluation, () => searchEvaluationText(evaluation))
  const broken = evaluation.gates.filter(({ holds }) => !holds)
  if (broken.length === 0) return
  throw new WorkFailed(broken.map(({ gate: asked, value }) => `${asked} does not hold: ${value.toFixed(4)}`).join('; '))
}
