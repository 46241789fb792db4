import { createRequire } from 'node:module'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'

/** Says how many hits a query has. */
export type Search = (query: string) => number

export interface SearchEngine {
  readonly name: string
  readonly buildSeconds: number
  /** In memory, and in a file. */
  readonly bytes?: number
  readonly fileBytes?: number
  readonly search: Search
  readonly queries: readonly string[]
}

/** CPU time of this process so far. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** An index and the CPU time that it took. */
export async function built<Index>(
  work: () => Index | Promise<Index>,
): Promise<{ readonly index: Index; readonly buildSeconds: number }> {
  const start = cpuMs()
  const index = await work()
  return { index, buildSeconds: (cpuMs() - start) / 1000 }
}

/** SQLite's FTS5, in memory, ranked by its BM25. */
export async function sqliteEngine(
  texts: readonly string[],
  few: readonly string[],
  limit: number,
): Promise<SearchEngine> {
  const { index, buildSeconds } = await built(() => {
    const database = new DatabaseSync(':memory:')
    database.exec('create virtual table documents using fts5(text)')
    database.exec('begin')
    const insert = database.prepare('insert into documents (text) values (?)')
    for (const text of texts) insert.run(text)
    database.exec('commit')
    return database
  })
  const select = index.prepare('select rowid from documents where documents match ? order by rank limit ?')
  return {
    name: 'sqlite fts5',
    buildSeconds,
    queries: few,
    search: (query) => select.all(query.split(' ').join(' OR '), limit).length,
  }
}

/** What the bench uses of the peers. */
interface PeerModules {
  minisearch: new (options: object) => { addAll(documents: object[]): void; search(query: string): unknown[] }
  flexsearch: {
    Index: new (
      options: object,
    ) => { add(id: number, text: string): void; search(query: string, options: object): unknown[] }
  }
  lunr: (
    configure: (this: { ref(name: string): void; field(name: string): void; add(document: object): void }) => void,
  ) => { search(query: string): unknown[] }
  '@orama/orama': {
    create(options: object): unknown
    insertMultiple(database: unknown, documents: object[], batch: number): Promise<unknown>
    search(database: unknown, query: object): { hits: unknown[] }
  }
}

/**
 * MiniSearch, FlexSearch, lunr and Orama.
 *
 * @param folder - in which npm installed them
 */
export async function nodeEngines(
  folder: string,
  texts: readonly string[],
  few: readonly string[],
  limit: number,
): Promise<SearchEngine[]> {
  const require = createRequire(join(folder, 'package.json'))
  const load = async <Name extends keyof PeerModules>(name: Name): Promise<PeerModules[Name]> => {
    const module = (await import(pathToFileURL(require.resolve(name)).href)) as { default?: PeerModules[Name] }
    return module.default ?? (module as unknown as PeerModules[Name])
  }
  const [MiniSearch, flexsearch, lunr, orama] = [
    ...[await load('minisearch'), await load('flexsearch'), await load('lunr'), await load('@orama/orama')],
  ] as [PeerModules['minisearch'], PeerModules['flexsearch'], PeerModules['lunr'], PeerModules['@orama/orama']]
  const documents = texts.map((text, id) => ({ id, text }))
  const mini = await built(() => {
    const index = new MiniSearch({ fields: ['text'] })
    index.addAll(documents)
    return index
  })
  const flex = await built(() => {
    const index = new flexsearch.Index({ tokenize: 'strict' })
    for (const { id, text } of documents) index.add(id, text)
    return index
  })
  const moon = await built(() =>
    lunr(function configure() {
      this.ref('id')
      this.field('text')
      for (const document of documents) this.add(document)
    }),
  )
  const oram = await built(async () => {
    const database = orama.create({ schema: { text: 'string' } })
    await orama.insertMultiple(
      database,
      documents.map(({ id, text }) => ({ id: String(id), text })),
      1000,
    )
    return database
  })
  const of = (name: string, { buildSeconds }: { buildSeconds: number }, search: Search): SearchEngine => ({
    name,
    buildSeconds,
    queries: few,
    search,
  })
  return [
    of('minisearch', mini, (query) => mini.index.search(query).slice(0, limit).length),
    of('flexsearch', flex, (query) => flex.index.search(query, { limit, suggest: true }).length),
    of('lunr', moon, (query) => moon.index.search(query).slice(0, limit).length),
    of('orama', oram, (query) => orama.search(oram.index, { term: query, limit, threshold: 1 }).hits.length),
  ]
}
