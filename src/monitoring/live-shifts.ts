import { DerivedFile, orRefused } from '../data/index.ts'
import { ByteReader, ByteWriter } from '../foundation/index.ts'
import type { ModelVersion } from '../training/index.ts'
import { RowShift, type ShiftAlarm, type ShiftReport } from './row-shift.ts'

/** Raised when what is saved changes. */
const LAYOUT = 'sluice-shifts-1'
/** Counts of values, of nobody: what was erased from the log is not in them, whatever the log's generation. */
const GENERATION = 0
const TOLD_COLUMNS = 20

type Saved = ReturnType<RowShift['save']>

/** The watches of the rows of all scoring systems that serve, each of the version that is given them. */
export class LiveShifts {
  readonly #shifts = new Map<string, RowShift>()
  /** What was saved of systems that were given no row yet. */
  #saved: Readonly<Record<string, Saved>> = {}

  /** Takes the row of a decision. @returns the columns that passed their limits with it */
  scored(system: string, version: ModelVersion | undefined, row: Float64Array, at: number): readonly ShiftAlarm[] {
    if (version?.rows === undefined) return []
    return this.#of(system, version).add(row, at)
  }

  /** Undefined before a row was given whose version has a profile. */
  report(system: string): ShiftReport | undefined {
    return this.#shifts.get(system)?.report(TOLD_COLUMNS)
  }

  /** By column; see {@link RowShift.shifts}. */
  shifts(system: string): ReturnType<RowShift['shifts']> {
    return this.#shifts.get(system)?.shifts() ?? []
  }

  /** Writes what was seen beside the log. @throws SluiceError `DISK_FULL` */
  save(directory: string): void {
    const own = [...this.#shifts].map(([system, shift]) => [system, shift.save()] as const)
    const all = { ...this.#saved, ...Object.fromEntries(own) }
    if (Object.keys(all).length === 0) return
    fileIn(directory).write(GENERATION, new ByteWriter().json(all).finish())
  }

  /** Goes on where {@link save} left; why not, when what was saved is of no use. */
  load(directory: string): string | undefined {
    const file = fileIn(directory)
    if (!file.exists) return undefined
    const read = orRefused(
      () => new ByteReader(file.read(GENERATION), 'DIRECTORY_CORRUPT').json() as Readonly<Record<string, Saved>>,
    )
    if ('refused' in read) return read.refused
    this.#saved = read.value
    return undefined
  }

  #of(system: string, { version, rows }: ModelVersion): RowShift {
    const known = this.#shifts.get(system)
    if (known?.version === version) return known
    const made = new RowShift(version, rows!)
    const before = known?.save() ?? (Object.hasOwn(this.#saved, system) ? this.#saved[system] : undefined)
    this.#shifts.set(system, before ? made.load(before) : made)
    return this.#shifts.get(system)!
  }
}

function fileIn(directory: string): DerivedFile {
  return new DerivedFile(directory, 'shifts', LAYOUT)
}
