import type { EventRecord } from '../../../data/index.ts'
import { DAY_MS } from '../../../foundation/index.ts'
import { compromisedTerminals } from './compromised.ts'
import type { FraudWorldEvent, HiddenFraudWorld } from './hidden-world.ts'
import { addressName, cardName, deviceName, terminalName } from './names.ts'
import { type FraudWorldOptions, type ResolvedFraudOptions, resolveFraudOptions } from './options.ts'
import { createPeople } from './people.ts'
import { createPlaces } from './places.ts'
import { createRings } from './rings.ts'
import { worldEvents } from './world-events.ts'

/** What is true of a ring. */
interface RingTruth {
  readonly cards: readonly string[]
  readonly devices: readonly string[]
  readonly addresses: readonly string[]
  readonly startMs: number
  /** When its frauds begin. */
  readonly bustOutMs: number
}

/**
 * A small card issuer with honest people and thieves, for demonstrations, tests and benchmarks. People pay at places
 * and hours of their own and share homes, families' devices, offices, libraries and parcel shops; thieves copy cards
 * at terminals, steal cards and numbers and open accounts in rings, and on one day they all change tactics. Which
 * payments are frauds is beside the events; in them it is told by reports, days later and not always.
 */
export interface FraudWorld {
  readonly options: ResolvedFraudOptions
  readonly rings: readonly RingTruth[]
  /** Terminals that copied cards, and when. */
  readonly compromised: readonly { readonly terminal: string; readonly fromMs: number; readonly untilMs: number }[]
  /** When all frauds change tactics; undefined when they never do. */
  readonly changeAtMs: number | undefined
  /**
   * Cards and terminals by the moment they appear, payments and reports, in the order of time; the same at every
   * call. What is due after the last day is not given.
   */
  events(): Generator<FraudWorldEvent>
}

/**
 * Creates a world; the same options give the same world on every machine.
 *
 * @throws SluiceError `INVALID_ARGUMENT` when an option is out of its range
 * @remarks Memory: some 150 bytes a card, and the payments of one day with the frauds and reports to come.
 */
export function createFraudWorld(given: FraudWorldOptions): FraudWorld {
  const options = resolveFraudOptions(given)
  const places = createPlaces(options)
  const people = createPeople(options, places)
  const rings = createRings(options, people)
  const compromised = compromisedTerminals(options, places)
  const world: HiddenFraudWorld = { options, places, people, rings, compromised }
  const changes = options.changeOnDay < options.days
  return {
    options,
    rings: rings.map(({ cards, devices, addresses, ...times }) => ({
      cards: cards.map(cardName),
      devices: devices.map(deviceName),
      addresses: addresses.map(addressName),
      ...times,
    })),
    compromised: compromised.map(({ terminal, ...times }) => ({ terminal: terminalName(terminal), ...times })),
    changeAtMs: changes ? options.startMs + options.changeOnDay * DAY_MS : undefined,
    events: () => worldEvents(world),
  }
}

/** The events of a world without what is true of them. */
export function* generateFraudEvents(world: FraudWorld): Generator<EventRecord> {
  for (const { record } of world.events()) yield record
}
