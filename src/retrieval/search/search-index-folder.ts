import { hash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { type EventLog, orRefused } from '../../data/index.ts'
import { contentHash, SluiceError } from '../../foundation/index.ts'
import type { Schema } from '../../problem/index.ts'
import { saveTextIndex } from '../text/text-file.ts'
import { TextIndexBuilder } from '../text/text-index-builder.ts'
import { TextIndexFolder } from '../text/text-index-folder.ts'
import { indexedAttributes, indexOptions, type SearchDocuments } from './search-documents.ts'
import { type IndexedUntil, SearchIndex } from './search-index.ts'

/** Raised when documents are made into an index otherwise than before. */
const VERSION = 1
/** What is made of it tells an analysis from one that was changed since, and so with weights. */
const SAMPLE =
  "The children's running shoes, size 42.5: wi-fi USB-C iPhone-15/Pro XJ900-b 1,299.00 €; naïve cafés, Übergrößen, " +
  'Straßenbahnhaltestellen, l’été dernier, las canciones, běhání, Москва зимой, ΣΊΣΥΦΟΣ, 東京タワー, 서울역, 👟 ½ x²'

/** What an index was made of, as its manifest says. */
interface About extends Omit<IndexedUntil, 'position'> {
  readonly definition: string
  readonly generation: number
  /** Of the records at `position` and `indexed`. */
  readonly records: string
}

/** The log that an index is made of, as far as it has to be known again. */
export type IndexedLog = Pick<EventLog, 'head' | 'generation' | 'readOne'>

/**
 * A folder with a {@link SearchIndex}, so that a start need not index the log again. What is in it is never trusted: it is of
 * use for one definition of the documents and their fields, one analysis and one generation of one log, and as long as that
 * log holds what was indexed.
 */
export class SearchIndexFolder {
  readonly path: string
  readonly #spec: SearchDocuments
  /** Identity of all that decides how a document is indexed. */
  readonly definition: string
  #folder: TextIndexFolder

  constructor(path: string, spec: SearchDocuments, schema: Schema) {
    this.path = path
    this.#spec = spec
    this.definition = definitionOf(spec, schema)
    this.#folder = new TextIndexFolder(path)
  }

  /**
   * The index as it was saved last; records behind {@link SearchIndex.reached} are to be noted. Undefined when none was saved.
   *
   * @throws SluiceError `MODEL_CORRUPT` when a file is damaged, or what was removed from the log since may be in it;
   * `MODEL_MISMATCH` when it is of another definition or of another log: the index is to be made anew
   * @remarks O(bytes + documents). It writes nothing, so it may be called beside the process that writes.
   */
  open(log: IndexedLog): SearchIndex | undefined {
    const asked = this.#folder.about() as About | undefined
    if (asked === undefined) return undefined
    this.#requireSame(asked, log)
    const opened = this.#folder.open(indexOptions(this.#spec))
    if (opened === undefined) return undefined
    const about = opened.about as About
    this.#requireSame(about, log)
    const { position, index } = opened
    const { indexed, refused } = about
    if (position > log.head) throw unusable(`it is ahead of the log (${position}, and the log ends at ${log.head})`)
    if (about.records !== recordsHash(log, { position, indexed })) throw unusable('the log was another')
    return new SearchIndex(this.#spec, { index, position, indexed, refused })
  }

  #requireSame({ definition, generation }: About, log: IndexedLog): void {
    if (definition !== this.definition) throw unusable('its fields or their analysis are defined otherwise by now')
    if (generation !== log.generation)
      throw unusable(`records were removed since (generation ${generation})`, 'MODEL_CORRUPT')
  }

  /**
   * Saves what is indexed by now.
   *
   * @returns whether it was saved; false when the signal ended it
   * @throws SluiceError `DISK_FULL`; what was saved before stays
   */
  save(index: SearchIndex, log: IndexedLog, signal: AbortSignal): Promise<boolean> {
    const about = ({ position, indexed, refused }: IndexedUntil): About => ({
      ...{ definition: this.definition, generation: log.generation, indexed, refused },
      records: recordsHash(log, { position, indexed }),
    })
    return index.save(this.#folder, { about, signal })
  }

  /** Removes all that was saved. */
  remove(): void {
    rmSync(this.path, { recursive: true, force: true })
    this.forget()
  }

  /** Is told that the folder was removed: the next save writes all. */
  forget(): void {
    this.#folder = new TextIndexFolder(this.path)
  }
}

/** An index from its folder; why it was refused, and neither when none was saved. */
export function openSaved(
  folder: SearchIndexFolder,
  log: IndexedLog,
): { readonly index?: SearchIndex; readonly refused?: string } {
  const opened = orRefused(() => folder.open(log))
  if ('refused' in opened) return opened
  return opened.value === undefined ? {} : { index: opened.value }
}

/** Identity of all that decides how a document is indexed: what is declared, and what the code makes of a sample. */
function definitionOf(spec: SearchDocuments, schema: Schema): string {
  const { documents, fields, removed } = spec
  const attributes = indexedAttributes(spec).map((name) => [name, schema.entities[documents]?.[name]])
  return contentHash({ version: VERSION, documents, fields, removed, attributes, sample: hashOfSample(spec) })
}

function hashOfSample(spec: SearchDocuments): string {
  const options = indexOptions(spec)
  const builder = new TextIndexBuilder(options)
  const texts = Object.keys(options.fields).filter((name) => options.fields[name]?.kind === 'text')
  for (const [id, text] of [SAMPLE, ...SAMPLE.split(' ')].entries()) {
    builder.add({ ...Object.fromEntries(texts.map((name) => [name, text])), id: String(id) })
  }
  return hash('sha256', saveTextIndex(builder.build()), 'hex')
}

function recordsHash(log: IndexedLog, { position, indexed }: { position: number; indexed: number }): string {
  return contentHash([log.readOne(position) ?? null, log.readOne(indexed) ?? null])
}

function unusable(why: string, code: 'MODEL_MISMATCH' | 'MODEL_CORRUPT' = 'MODEL_MISMATCH'): SluiceError {
  return new SluiceError(code, `saved index: ${why}; make it anew from the log`)
}
