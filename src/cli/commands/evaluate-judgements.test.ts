import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { DAY_MS, manualClock } from '../../foundation/index.ts'
import { Engine } from '../../serving/index.ts'
import { SMALL_SEARCH_START_MS, smallSearchEvents, smallSearchService, temporaryFolder } from '../../testing/index.ts'
import type { SearchEvaluation } from '../judgements/evaluate-search.ts'
import { readRun } from '../judgements/run-files.ts'
import type { Outcome } from '../testing/run-program.ts'
import { runLines } from '../testing/run-program.ts'

const folder = temporaryFolder()
const write = (name: string, text: string): void =>
  writeFileSync(join(folder, name), name.endsWith('.gz') ? gzipSync(text) : text)

write(
  'docs.jsonl.gz',
  '{"id":"a","text":"wing flow"}\n{"id":"b","text":"shock wave"}\n{"id":"c","text":"wing shock"}\n',
)
write('queries.tsv', 'query\ttext\n1\tshock waves\n2\twing\n3\tnobody judged this\n4\tnothing like it\n')
write('qrels.tsv.gz', 'query\tdoc\tgain\n1\tb\t2\n1\tc\t1\n2\ta\t1\n4\ta\t1\n')
write('qrels.txt', '1 0 b 2\n1 0 c 1\n2 0 a 1\n4 0 a 1\n')
// Scores say the order, and of equal ones the later id comes first.
write('old.txt', '1 Q0 a 1 3 old\n1 Q0 b 2 2.5 old\n2 Q0 a 1 1 old\n2 Q0 c 2 1 old\n3 Q0 a 1 1 old\n')
write('new.txt.gz', '1 Q0 b 9 3 new\n1 Q0 a 1 2.5 new\n2 Q0 c 1 1 new\n2 Q0 b 2 0.5 new\n')
write('twice.txt', '1 Q0 a 1 3 t\n1 Q0 a 2 2 t\n')
write('words.txt', '1 Q0 a 1 high t\n')
write('short.txt', '1 Q0 a 1 2\n')
write('empty.txt', '')
write('other.txt', '9 0 a 1\n')
write('gains.tsv', 'query\tdoc\tgain\n1\ta\t1\n\n1\tb\tgood\n')

const evaluate = (line: string): string[] => ['evaluate', ...line.split(' ')]
const reportOf = ({ code, out, err }: Outcome): SearchEvaluation => {
  assert.equal(code, 0, err)
  return JSON.parse(out) as SearchEvaluation
}

const COMPARE = '--run new.txt.gz --against old.txt --metrics map,p@1,recall --json'
const SEARCH = '--judgements qrels.tsv.gz --queries queries.tsv --documents docs.jsonl.gz'
const BOTH = '--judgements qrels.txt --run new.txt.gz --against old.txt'
const LINES = {
  compared: `--judgements qrels.txt --queries queries.tsv ${COMPARE}`,
  made: `${SEARCH} --save-run saved.txt.gz --json`,
  read: '--judgements qrels.txt --queries queries.tsv --run saved.txt.gz --against saved.txt.gz --json',
  gated: `${BOTH} --gate map>=0.1 --gate p@1>=0.9`,
  lost: `${BOTH} --max-loss 0.05`,
  held: `${BOTH} --max-loss 0.1 --gate map>=0.16 --json`,
}

describe('evaluate --judgements', () => {
  // All in one process, because it takes longer to start than to run.
  let outcomes: Readonly<Record<string, Outcome>> = {}
  before(async () => {
    const found = await runLines(folder, Object.values(LINES).map(evaluate))
    outcomes = Object.fromEntries(Object.keys(LINES).map((name, index) => [name, found[index]!]))
  })

  it('measures a run, and what it lost against another, query by query', () => {
    const report = reportOf(outcomes.compared!)
    assert.deepEqual([report.queries, report.queriesWithoutResults, report.queriesLeftOut], [3, 1, 0])
    // Query 1: b first of b and c (1/2); query 2: nothing; query 4: no result.
    assert.deepEqual(
      report.perQuery.map(({ query, metrics, against }) => [query, metrics.map, against!.map]),
      [
        ['1', 0.5, 0.25],
        ['2', 0, 0.5],
        ['4', 0, 0],
      ],
    )
    const { difference, better, worse, same, randomisationProbability } = report.comparison!.map!
    assert.ok(Math.abs(difference.estimate + 0.25 / 3) < 1e-12)
    assert.deepEqual([better, worse, same, randomisationProbability], [1, 1, 1, 1])
    assert.deepEqual(
      report.worst.map(({ query, text }) => [query, text]),
      [['2', 'wing']],
    )
    assert.equal(report.unjudgedAt10, 3 / 4)
  })

  it('searches documents itself, and writes the run as it can be read again', async () => {
    const { metrics, perQuery } = reportOf(outcomes.made!)
    assert.deepEqual(
      perQuery.map((each) => each.metrics['ndcg@10']),
      [1, 1, 0],
    )
    const again = reportOf(outcomes.read!)
    assert.deepEqual(again.metrics, metrics)
    assert.deepEqual([again.worst, again.comparison!.map!.same], [[], 3])
    assert.match(
      gunzipSync(readFileSync(join(folder, 'saved.txt.gz'))).toString(),
      /^1 Q0 b 1 [\d.]+ sluice\n1 Q0 c 2 /,
    )
    const ids = (await readRun(join(folder, 'old.txt'))).get('2')!.map(({ id }) => id)
    assert.deepEqual(ids, ['c', 'a'])
  })

  it('fails with 1 where a gate does not hold or too much was lost, and prints all the same', () => {
    const { gated, lost, held } = outcomes
    assert.deepEqual([gated!.code, lost!.code, held!.code], [1, 1, 0])
    assert.match(gated!.out, /holds: map>=0\.1 \(0\.1667\)\nFAILS: p@1>=0\.9 \(0\.3333\)/)
    assert.match(gated!.err, /p@1>=0\.9 does not hold: 0\.3333/)
    assert.match(
      lost!.out,
      /worst losses by map\nquery +old\.txt +new\.txt\.gz +difference +text\n.*\n2 +0\.5000 +0\.0000 +-0\.5000/,
    )
    assert.match(lost!.err, /loss of map<=0\.05 does not hold: 0\.0833/)
    assert.deepEqual(
      reportOf(held!).gates.map(({ holds }) => holds),
      [true, true],
    )
  })

  it('judges the search system of an application, as it would answer from its directory', async () => {
    const directory = join(folder, 'data')
    const clock = manualClock(SMALL_SEARCH_START_MS + 30 * DAY_MS)
    const engine = Engine.open(smallSearchService(), { directory, clock })
    await engine.accept(smallSearchEvents({ searches: 20 }))
    const found = (await engine.search('shop', { query: 'lamp', limit: 2 })).items.map(({ id }) => id)
    await engine.close()
    const testing = fileURLToPath(new URL('../../testing/index.ts', import.meta.url))
    write(
      'application.ts',
      `import { smallSearchService } from '${testing}'\nexport const application = smallSearchService()\n`,
    )
    write('lamp.tsv', 'lamp\tlamp\n')
    write('lamp.qrels', `lamp 0 ${found[1]} 1\n`)
    const asked = '--judgements lamp.qrels --queries lamp.tsv --app application.ts --dir data'
    const [outcome] = await runLines(folder, [evaluate(`${asked} --save-run lamp.run --metrics mrr --json`)])
    const { run, metrics } = reportOf(outcome!)
    assert.deepEqual([run, metrics.mrr!.estimate], ['shop', 0.5])
    assert.deepEqual(
      (await readRun(join(folder, 'lamp.run')))
        .get('lamp')!
        .slice(0, 2)
        .map(({ id }) => id),
      found,
    )
  })

  it('says what is wrong with files and arguments', async () => {
    const wrong: readonly (readonly [line: string, code: number, message: RegExp])[] = [
      ['--judgements qrels.txt', 2, /expected --run, or --documents and --queries to search, got neither/],
      ['--judgements qrels.txt --documents docs.jsonl.gz', 2, /expected --queries, which are asked, got none/],
      ['--judgements qrels.txt --run old.txt --max-loss 0', 2, /expected --against beside --max-loss/],
      ['--judgements qrels.txt --run old.txt --max-loss -1', 2, /expected a number from 0 to 1/],
      [
        '--judgements qrels.txt --run old.txt --gate map>0.3',
        2,
        /gate: expected such as ndcg@10>=0\.36, got "map>0\.3"/,
      ],
      ['--judgements qrels.txt --run old.txt --metrics map,err', 2, /metric: expected map, ndcg, .* got "err"/],
      ['--judgements qrels.txt --run none.txt', 2, /FILE_NOT_FOUND: none\.txt/],
      [
        '--judgements qrels.txt --run twice.txt',
        1,
        /twice\.txt line 2: expected each document of query 1 once, got a again/,
      ],
      ['--judgements qrels.txt --run words.txt', 1, /words\.txt line 1: expected a number as score, got high/],
      [
        '--judgements qrels.txt --run short.txt',
        1,
        /short\.txt line 1: expected query, Q0, document, rank, score and a name/,
      ],
      ['--judgements qrels.txt --run empty.txt', 2, /empty\.txt: expected a run in TREC form, got no line/],
      [
        '--judgements other.txt --run old.txt --queries queries.tsv',
        2,
        /a relevant document for one of the 4 queries, got none/,
      ],
      ['--judgements gains.tsv --run old.txt', 1, /gains\.tsv line 4: expected a number as gain, got good/],
      ['--run old.txt', 2, /expected --judgements beside/],
    ]
    const refused = await runLines(
      folder,
      wrong.map(([line]) => evaluate(line)),
    )
    for (const [index, [line, code, message]] of wrong.entries()) {
      assert.equal(refused[index]!.code, code, line)
      assert.match(refused[index]!.err, message)
    }
  })
})
