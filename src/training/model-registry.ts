import { hash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SluiceError } from '../foundation/index.ts'
import type { BuiltIndex } from './built-index.ts'
import type { RowProfile } from './scoring/row-profile.ts'
import type { SearchClickBias } from './search/search-click-bias.ts'

/** Which of a version's rankers ranks: its main one, or the fallback where the main one did not pass the gate. */
export type ServingRanker = 'ranker' | 'fallback'

/** Of a ranking system: retrieval learnt up to the first offset, the ranker up to the second; the rest judged. */
export interface RankingSplits {
  readonly retrievalUntil: number
  readonly rankerUntil: number
}

/** Of a scoring system: offsets, ascending. Between the parts lies the time in which labels arrive. */
export interface ScoringSplits {
  /** The model learnt from events up to this one, */
  readonly trainUntil: number
  /** by the labels that were there at this one. */
  readonly fitAt: number
  /** Calibration and policy learnt from the events after that, up to this one, */
  readonly validateUntil: number
  /** by the labels that were there at this one; the events after it judged. */
  readonly testFrom: number
}

/** Where a model comes from and what it is worth: everything needed to train it again, or to refuse it. */
export interface Lineage {
  readonly system: string
  /** The log it was trained on: the first and last offset that it saw. */
  readonly offsets: { readonly from: number; readonly until: number }
  readonly splits: RankingSplits | ScoringSplits
  readonly seed: number
  readonly featureHash: string
  readonly systemHash: string
  /** Names of the columns of a row, in order. */
  readonly columnNames: readonly string[]
  readonly codeVersion: string
  /** The ranker that ranks; absent in versions of before there was a choice, which means `ranker`. */
  readonly serves?: ServingRanker
  /** Of a search system that learns from clicks: what positions do to them, by which its ranker was corrected. */
  readonly clickBias?: SearchClickBias | undefined
  /** Of a ranking system of many items, by source: the index of descriptions that was built, and what it finds. */
  readonly indexes?: Readonly<Record<string, BuiltIndex>> | undefined
  /** Of a scoring system: how the rows of the events that judged it were spread. */
  readonly rows?: RowProfile | undefined
  readonly metrics: unknown
}

/** A registered version: immutable once written. */
export interface ModelVersion extends Lineage {
  /** `v1`, `v2`, … in the order of registration. */
  readonly version: string
  /** SHA-256 over all artifacts: the same log and seed give the same hash. */
  readonly modelHash: string
  readonly registeredAt: number
  /** SHA-256 of each artifact, by name. */
  readonly artifacts: Readonly<Record<string, string>>
}

export type Artifacts = ReadonlyMap<string, Uint8Array>

/** Somebody was erased whose records a version had learnt from. */
export interface ModelErasure {
  /** The receipt of the erasure. */
  readonly receipt: string
  /** In milliseconds since the Unix epoch. */
  readonly at: number
  /** How many records that it had seen are gone. */
  readonly records: number
}

const MANIFEST = 'manifest.json'
/** Beside the manifest, which never changes. */
const ERASURES = 'erasures.json'
const CHAMPION = 'champion.json'

/**
 * The models of a data directory: `models/<system>/v<n>/` with a manifest and a file an artifact, and the champion's
 * name beside them. Readers may be other processes: every file appears whole or not at all.
 */
export class ModelRegistry {
  readonly #root: string

  /** @param directory - the data directory */
  constructor(directory: string) {
    this.#root = join(directory, 'models')
  }

  /** Writes a new version. Nothing points to it until it is promoted. */
  register(lineage: Lineage, artifacts: Artifacts, registeredAt: number): ModelVersion {
    const versions = this.versions(lineage.system)
    const number = Math.max(0, ...versions.map(({ version }) => Number(version.slice(1)))) + 1
    const hashes = Object.fromEntries([...artifacts].sort(byName).map(([name, bytes]) => [name, sha256(bytes)]))
    const version: ModelVersion = {
      ...lineage,
      version: `v${number}`,
      modelHash: sha256(JSON.stringify(hashes)),
      registeredAt,
      artifacts: hashes,
    }
    const folder = join(this.#root, lineage.system, version.version)
    const draft = `${folder}.draft`
    // A crash may have left one behind.
    rmSync(draft, { recursive: true, force: true })
    mkdirSync(draft, { recursive: true })
    for (const [name, bytes] of artifacts) writeFileSync(join(draft, `${name}.bin`), bytes)
    writeFileSync(join(draft, MANIFEST), `${JSON.stringify(version, undefined, 2)}\n`)
    renameSync(draft, folder)
    return version
  }

  /** All versions of a system, oldest first. @throws SluiceError `MODEL_CORRUPT` when a manifest is garbage */
  versions(system: string): ModelVersion[] {
    const folder = join(this.#root, system)
    if (!existsSync(folder)) return []
    return readdirSync(folder)
      .filter((name) => /^v\d+$/.test(name))
      .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
      .map((name) => this.#manifest(system, name))
  }

  /** One version; undefined when there is none of that name. */
  find(system: string, version: string): ModelVersion | undefined {
    const isThere = /^v\d+$/.test(version) && existsSync(join(this.#root, system, version, MANIFEST))
    return isThere ? this.#manifest(system, version) : undefined
  }

  /** The version that serves; undefined before the first promotion. @throws SluiceError `MODEL_CORRUPT` when it is gone */
  champion(system: string): ModelVersion | undefined {
    const file = join(this.#root, system, CHAMPION)
    if (!existsSync(file)) return undefined
    const { version } = readJson(file, isChampion)
    const found = this.find(system, version)
    if (found) return found
    throw new SluiceError(
      'MODEL_CORRUPT',
      `${file}: expected a version that is registered, got ${version}; restore its folder, or remove this file and train again`,
    )
  }

  /** Makes a version the one that serves. */
  promote(system: string, version: string): void {
    if (!this.find(system, version)) {
      throw new SluiceError('NO_MODEL', `promote: expected a version of ${system}, got ${version}; list them first`)
    }
    const file = join(this.#root, system, CHAMPION)
    writeFileSync(`${file}.draft`, `${JSON.stringify({ version })}\n`)
    renameSync(`${file}.draft`, file)
  }

  /**
   * The artifacts of a version, each checked against its hash.
   *
   * @throws SluiceError `MODEL_CORRUPT` when a file is missing or differs
   */
  artifacts({ system, version, artifacts }: ModelVersion): Map<string, Uint8Array> {
    const folder = join(this.#root, system, version)
    const loaded = new Map<string, Uint8Array>()
    for (const [name, expected] of Object.entries(artifacts)) {
      const file = join(folder, `${name}.bin`)
      const bytes = existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined
      if (!bytes || sha256(bytes) !== expected) {
        throw new SluiceError(
          'MODEL_CORRUPT',
          `${file}: expected the artifact that was registered, got ${bytes ? 'other bytes' : 'no file'}; train again`,
        )
      }
      loaded.set(name, bytes)
    }
    return loaded
  }

  /** Marks a version as having learnt from records that are erased. It goes on serving until another is promoted. */
  markErased({ system, version }: Pick<ModelVersion, 'system' | 'version'>, erasure: ModelErasure): void {
    const file = join(this.#root, system, version, ERASURES)
    const erasures = [...this.erasures({ system, version }), erasure]
    writeFileSync(`${file}.draft`, `${JSON.stringify({ erasures }, undefined, 2)}\n`, { flush: true })
    renameSync(`${file}.draft`, file)
  }

  /**
   * The erasures of records that a version had learnt from, oldest first.
   *
   * @throws SluiceError `MODEL_CORRUPT` when their file is garbage
   */
  erasures({ system, version }: Pick<ModelVersion, 'system' | 'version'>): readonly ModelErasure[] {
    const file = join(this.#root, system, version, ERASURES)
    return existsSync(file) ? readJson(file, isErasures).erasures : []
  }

  #manifest(system: string, version: string): ModelVersion {
    return readJson(join(this.#root, system, version, MANIFEST), isManifest)
  }
}

/** The splits of a version of a ranking system. @throws SluiceError `WRONG_TASK` */
export function rankingSplits({ system, version, splits }: ModelVersion): RankingSplits {
  if ('rankerUntil' in splits) return splits
  throw wrongTask(system, version, 'a ranking system')
}

/** The splits of a version of a scoring system. @throws SluiceError `WRONG_TASK` */
export function scoringSplits({ system, version, splits }: ModelVersion): ScoringSplits {
  if ('testFrom' in splits) return splits
  throw wrongTask(system, version, 'a scoring system')
}

function wrongTask(system: string, version: string, expected: string): SluiceError {
  return new SluiceError(
    'WRONG_TASK',
    `model ${version} of ${system}: expected one of ${expected}, got one of another kind; train again`,
  )
}

function isManifest(value: unknown): value is ModelVersion {
  const { system, version, splits, columnNames, artifacts } = (value ?? {}) as Partial<ModelVersion>
  const hasTexts = typeof system === 'string' && typeof version === 'string'
  return hasTexts && Array.isArray(columnNames) && splits !== undefined && typeof artifacts === 'object'
}

function isChampion(value: unknown): value is { version: string } {
  return typeof ((value ?? {}) as { version?: unknown }).version === 'string'
}

function isErasures(value: unknown): value is { erasures: ModelErasure[] } {
  return Array.isArray(((value ?? {}) as { erasures?: unknown }).erasures)
}

function readJson<T>(file: string, isExpected: (value: unknown) => value is T): T {
  const parsed = existsSync(file) ? parseJson(readFileSync(file, 'utf8')) : undefined
  if (isExpected(parsed)) return parsed
  const got = existsSync(file) ? 'something else' : 'no file'
  throw new SluiceError(
    'MODEL_CORRUPT',
    `${file}: expected what the registry wrote, got ${got}; restore the file or remove it with its version`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

/** Native: artifacts are tens of megabytes. */
function sha256(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex')
}
