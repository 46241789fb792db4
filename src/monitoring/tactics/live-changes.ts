import { type Application, scoringSystems } from '../../application/index.ts'
import { DerivedFile, type EventLog, type EventRecord, orRefused, type Subject } from '../../data/index.ts'
import { ByteReader, ByteWriter } from '../../foundation/index.ts'
import type { ChangeAlarm } from '../change/change-watch.ts'
import { SystemChanges } from './system-changes.ts'

/** Raised when what is saved of a watch changes. */
const LAYOUT = 'sluice-changes-1'
/** Records that are looked at in one turn of the event loop: some 5 ms. */
const RECORDS_A_TURN = 256

/**
 * The watches of all scoring systems of a log: each sees every record once and in order, those of before the start as well,
 * read from the log in turns with other work, and goes on where it was saved.
 */
export class LiveChanges {
  readonly systems: ReadonlyMap<string, SystemChanges>
  /** The last record that was seen. */
  #seen = 0
  #newestAt = 0
  #catchingUp: Promise<void> | undefined
  #isStopped = false

  constructor(application: Application) {
    const all = scoringSystems(application).map(([name]) => [name, SystemChanges.of(application, name)] as const)
    this.systems = new Map(all.flatMap(([name, watch]) => (watch ? [[name, watch]] : [])))
  }

  /** The offset up to which the log was seen. */
  get seen(): number {
    return this.#seen
  }

  /** The newest time of an event that was seen. */
  get newestAt(): number {
    return this.#newestAt
  }

  /**
   * Takes a record that was just committed. Behind a gap it is left to {@link catchUp}.
   *
   * @returns the systems in which it completes the evidence for an alarm; undefined when it was not looked at
   */
  applied(record: EventRecord, offset: number): string[] | undefined {
    if (this.#catchingUp || offset !== this.#seen + 1) return undefined
    return this.#look(record, offset).map(([system]) => system)
  }

  /**
   * Reads what of the log was not seen; until the promise resolves what is committed is read from there as well.
   *
   * @remarks O(records that were not seen): some 20 us each, in turns with other work.
   */
  catchUp(log: EventLog, onAlarm: (system: string, offset: number) => void): Promise<void> {
    if (this.systems.size === 0 || this.#isStopped) return Promise.resolve()
    this.#catchingUp ??= this.#readOn(log, onAlarm).finally(() => {
      this.#catchingUp = undefined
    })
    return this.#catchingUp
  }

  /** Ends a {@link catchUp} that is under way; nothing is seen any more. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#catchingUp
  }

  /** Goes on where {@link save} left; why not, when what was saved is of no use: then the whole log is to be read. */
  load(log: EventLog, directory: string): string | undefined {
    const file = fileIn(directory)
    if (!file.exists || this.systems.size === 0) return undefined
    const read = orRefused(() => {
      const reader = new ByteReader(file.read(log.generation), 'DIRECTORY_CORRUPT')
      const [seen, newestAt] = [reader.float64(), reader.float64()]
      const names = reader.json() as string[]
      const isSame = names.join() === [...this.systems.keys()].join() && seen <= log.head
      return isSame ? { seen, newestAt, watches: names.map(() => reader.bytes()) } : undefined
    })
    if ('refused' in read) return read.refused
    if (!read.value) return 'it is of other systems, or ahead of the log'
    const { seen, newestAt, watches } = read.value
    for (const [place, watch] of [...this.systems.values()].entries()) watch.load(watches[place]!)
    this.#seen = seen
    this.#newestAt = newestAt
    return undefined
  }

  /** Writes what was seen beside the log. @throws SluiceError `DISK_FULL` */
  save(generation: number, directory: string): void {
    if (this.systems.size === 0) return
    const writer = new ByteWriter()
      .float64(this.#seen)
      .float64(this.#newestAt)
      .json([...this.systems.keys()])
    for (const watch of this.systems.values()) writer.bytes(watch.save())
    fileIn(directory).write(generation, writer.finish())
  }

  /** Forgets whom a person or thing met; what was counted stays counted. */
  forget(subject: Subject): void {
    for (const watch of this.systems.values()) watch.forget(subject)
  }

  async #readOn(log: EventLog, onAlarm: (system: string, offset: number) => void): Promise<void> {
    while (this.#seen < log.head && !this.#isStopped) {
      const until = log.head
      let left = RECORDS_A_TURN
      for (const { firstOffset, records } of log.read(this.#seen + 1, until)) {
        for (const [place, record] of records.entries()) {
          for (const [system] of this.#look(record, firstOffset + place)) onAlarm(system, firstOffset + place)
        }
        left -= records.length
        if (left > 0) continue
        await new Promise((resolve) => setImmediate(resolve))
        if (this.#isStopped) return
        left = RECORDS_A_TURN
      }
      // Records that were removed have offsets that are never read.
      this.#seen = Math.max(this.#seen, until)
    }
  }

  #look(record: EventRecord, offset: number): [string, ChangeAlarm][] {
    this.#seen = offset
    if (record.at > this.#newestAt) this.#newestAt = record.at
    return [...this.systems].flatMap(([system, watch]) => {
      const alarm = watch.applied(record, offset)
      return alarm ? [[system, alarm]] : []
    })
  }
}

function fileIn(directory: string): DerivedFile {
  return new DerivedFile(directory, 'changes', LAYOUT)
}
