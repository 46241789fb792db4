import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Where Debian's liblucene8-java puts its archives. */
const ARCHIVES = '/usr/share/java'
const NEEDED = ['lucene-core-8.7.0.jar', 'lucene-analyzers-common-8.7.0.jar']

export interface LuceneRound {
  readonly cpuMicros: number
  readonly wallMicrosP99: number
  /** The number of the best document of every query; -1 where none was found. */
  readonly first: readonly number[]
}

/** Lucene 8 in a process of its own, over the same documents and queries. */
export class LuceneSearch {
  readonly buildSeconds: number
  readonly bytes: number
  readonly #folder: string
  readonly #child: ChildProcessWithoutNullStreams
  readonly #lines: AsyncIterator<string>

  /** Compiles `LuceneSearch.java` and builds the index; in a folder of its own that {@link stop} removes. */
  static async start(documents: readonly string[], queries: readonly string[], limit: number): Promise<LuceneSearch> {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-lucene-'))
    const classes = [...NEEDED.map((name) => join(ARCHIVES, name)), folder].join(':')
    const source = join(import.meta.dirname, 'LuceneSearch.java')
    execFileSync('javac', ['-cp', classes, '-d', folder, source], { stdio: 'inherit' })
    const [documentFile, queryFile] = [join(folder, 'documents.txt'), join(folder, 'queries.txt')]
    writeFileSync(documentFile, documents.join('\n'))
    writeFileSync(queryFile, queries.join('\n'))
    const index = join(folder, 'index')
    const program = ['-Xmx2g', '-cp', classes, 'LuceneSearch', documentFile, queryFile, index, String(limit)]
    const child = spawn('java', program)
    child.stderr.pipe(process.stderr)
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const built = JSON.parse(String((await lines.next()).value)) as { buildSeconds: number; bytes: number }
    return new LuceneSearch(folder, child, lines, built)
  }

  private constructor(
    folder: string,
    child: ChildProcessWithoutNullStreams,
    lines: AsyncIterator<string>,
    built: { readonly buildSeconds: number; readonly bytes: number },
  ) {
    this.#folder = folder
    this.#child = child
    this.#lines = lines
    this.buildSeconds = built.buildSeconds
    this.bytes = built.bytes
  }

  /** Asks every query once. */
  async round(): Promise<LuceneRound> {
    this.#child.stdin.write('round\n')
    return JSON.parse(String((await this.#lines.next()).value)) as LuceneRound
  }

  stop(): void {
    this.#child.stdin.end()
    this.#child.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
