import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type ErrorCode, isSluiceError } from '../../../foundation/index.ts'
import { readSearchCollection } from '../../judgements/collection-files.ts'
import { runSearchBench } from './search-bench.ts'
import { withTypingErrors } from './typing-errors.ts'

const runOn = (folder: string) =>
  runSearchBench({
    ...{ documents: `${folder}/docs.jsonl.gz`, queries: `${folder}/queries.tsv`, judgements: `${folder}/qrels.tsv` },
    ...{ seed: 1, clock: () => 0 },
  })

describe('the search bench', () => {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-'))
  })
  after(() => rm(folder, { recursive: true }))

  const written = async (name: string, text: string): Promise<string> => {
    const file = join(folder, name)
    await writeFile(file, name.endsWith('.gz') ? gzipSync(text) : text)
    return file
  }
  const DOCUMENTS = '{"id":"a","text":"wing flow","year":1958}\n{"id":7,"text":["shock wave"],"title":null}\n'

  it('reads judgements as TSV and as TREC has them, queries as TSV and as JSON lines, packed or not', async () => {
    const documents = await written('docs.jsonl.gz', DOCUMENTS)
    const queries = [
      await written('queries.tsv', 'query\toriginal\ttext\n1\tx\tshock\n2\ty\twing\n'),
      await written('bare.tsv', '1\tshock\n2\twing\n'),
      await written('queries.jsonl', '{"query":1,"text":"shock"}\n{"id":"2","text":"wing"}\n'),
    ]
    const judgements = [
      await written('qrels.tsv.gz', 'query\tdoc\tcode\tgain\n1\t7\t9\t2\n1\ta\t9\t-1\n'),
      await written('qrels.txt', '1 0 7 2\n1 0 a -1\n'),
    ]
    for (const query of queries) {
      for (const judgement of judgements) {
        const collection = await readSearchCollection({ documents, queries: query, judgements: judgement })
        assert.deepEqual(collection.queries, [
          { id: '1', text: 'shock' },
          { id: '2', text: 'wing' },
        ])
        assert.deepEqual(
          collection.judgements,
          new Map([
            [
              '1',
              new Map([
                ['7', 2],
                ['a', 0],
              ]),
            ],
          ]),
        )
      }
    }
  })

  it('searches fields of text, leaves out the others, and names both', async () => {
    await written('docs.jsonl.gz', DOCUMENTS)
    await written('queries.tsv', 'query\ttext\n1\tshock waves\n2\twing\n')
    await written('qrels.tsv', 'query\tdoc\tgain\n1\t7\t2\n')
    const report = await runOn(folder)
    assert.deepEqual([report.documents, report.queries], [2, 1])
    assert.deepEqual([report.fields, report.fieldsLeftOut], [['text'], ['year']])
    assert.deepEqual(
      report.runs.map(({ metrics }) => metrics.map),
      [1, 1, 1, 1, 1],
    )
  })

  it('refuses files that are something else, with the line', async () => {
    const good = {
      documents: await written('docs.jsonl.gz', DOCUMENTS),
      queries: await written('queries.tsv', 'query\ttext\n1\tshock\n'),
      judgements: await written('qrels.tsv', 'query\tdoc\tgain\n1\t7\t2\n'),
    }
    const refuses = async (files: Partial<typeof good>, code: ErrorCode) =>
      assert.rejects(readSearchCollection({ ...good, ...files }), (error) => isSluiceError(error, code))
    await refuses({ documents: join(folder, 'none') }, 'FILE_NOT_FOUND')
    await refuses({ documents: await written('d1', '{"id":"a"}\n{"id') }, 'MALFORMED_JSON')
    await refuses({ documents: await written('d2', '{"text":"a"}') }, 'MALFORMED_ROW')
    await refuses({ documents: await written('d3', '["a"]') }, 'MALFORMED_ROW')
    await refuses({ queries: await written('q1', 'no tab') }, 'MALFORMED_ROW')
    await refuses({ queries: await written('q2', '{"text":"a"}') }, 'MALFORMED_ROW')
    await refuses({ judgements: await written('j1', '1 0 7 many') }, 'MALFORMED_ROW')
    await refuses({ judgements: await written('j2', '1 7 2') }, 'MALFORMED_ROW')
    await refuses({ judgements: await written('j3', '1 0 7 0') }, 'INVALID_ARGUMENT')
  })
})

describe('typing errors', () => {
  const text = 'Experimental investigation of aerodynamics: a wing in flow, boundary layers and velocity'

  it('are the same for the same seed and query, and others for others', () => {
    assert.equal(withTypingErrors(text, 1, 'q'), withTypingErrors(text, 1, 'q'))
    assert.notEqual(withTypingErrors(text, 1, 'q'), withTypingErrors(text, 2, 'q'))
    assert.notEqual(withTypingErrors(text, 1, 'q'), withTypingErrors(text, 1, 'r'))
  })

  it('change about half of the longer words by one letter, and no other', () => {
    let changed = 0
    for (let seed = 0; seed < 200; seed++) {
      const words = withTypingErrors(text, seed, 'q').split(/[^A-Za-z]+/)
      for (const [place, word] of text.split(/[^A-Za-z]+/).entries()) {
        if (words[place] === word) continue
        changed++
        assert.ok(word.length >= 5 && Math.abs(words[place]!.length - word.length) <= 1)
      }
    }
    const longer = text.split(/[^A-Za-z]+/).filter((word) => word.length >= 5).length
    assert.ok(Math.abs(changed / 200 / longer - 0.5) < 0.05)
  })
})
