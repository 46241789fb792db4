import { createRequire } from 'node:module'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'

/** The numbers of the documents that answer a query best, best first. */
export type Search = (query: string) => readonly number[]

export interface SearchEngine {
  readonly name: string
  readonly buildSeconds: number
  /** In memory, and in a file. */
  readonly bytes?: number
  readonly fileBytes?: number
  readonly search: Search
  /** With what the engine itself has against slips; absent: nothing. */
  readonly tolerant?: Search
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
    // Rows are counted from 1.
    search: (query) => select.all(wordsOf(query).join(' OR '), limit).map(({ rowid }) => Number(rowid) - 1),
  }
}

/** What the bench uses of the peers. */
interface PeerModules {
  minisearch: new (
    options: object,
  ) => { addAll(documents: object[]): void; search(query: string, options?: object): { id: number }[] }
  flexsearch: {
    Index: new (
      options: object,
    ) => { add(id: number, text: string): void; search(query: string, options: object): number[] }
  }
  lunr: (
    configure: (this: { ref(name: string): void; field(name: string): void; add(document: object): void }) => void,
  ) => { search(query: string): { ref: string }[] }
  '@orama/orama': {
    create(options: object): unknown
    insertMultiple(database: unknown, documents: object[], batch: number): Promise<unknown>
    search(database: unknown, query: object): { hits: { id: string }[] }
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
  const of = (
    name: string,
    { buildSeconds }: { buildSeconds: number },
    search: Search,
    tolerant?: Search,
  ): SearchEngine => ({ name, buildSeconds, queries: few, search, ...(tolerant ? { tolerant } : {}) })
  const asked = (query: string, options: object) => {
    const { hits } = orama.search(oram.index, { term: query, limit, threshold: 1, ...options })
    return hits.map(({ id }) => Number(id))
  }
  const minis = (query: string, options?: object) =>
    mini.index
      .search(query, options)
      .slice(0, limit)
      .map(({ id }) => id)
  const lunars = (query: string, sign: string) => {
    const found = moon.index.search(
      wordsOf(query)
        .map((word) => word + sign)
        .join(' '),
    )
    return found.slice(0, limit).map(({ ref }) => Number(ref))
  }
  return [
    of(
      'minisearch',
      mini,
      (query) => minis(query),
      (query) => minis(query, { fuzzy: 0.2 }),
    ),
    of('flexsearch', flex, (query) => flex.index.search(query, { limit, suggest: true })),
    of(
      'lunr',
      moon,
      (query) => lunars(query, ''),
      (query) => lunars(query, '~1'),
    ),
    of(
      'orama',
      oram,
      (query) => asked(query, {}),
      (query) => asked(query, { tolerance: 1 }),
    ),
  ]
}

/** The words of a query without signs, which some engines take for operators. */
function wordsOf(query: string): string[] {
  return query.match(/[\p{L}\p{N}]+/gu) ?? []
}
