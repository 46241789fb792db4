import { SluiceError } from '../foundation/index.ts'
import { type LogStorage, QUARANTINE_KEPT, QUARANTINE_TALLY } from './log-storage.ts'
import { type QuarantinedInput, quarantined, type RefusedInput } from './quarantine.ts'
import type { Writes } from './store.ts'

/** How much the quarantine keeps. Above it the oldest inputs are dropped; that they came stays counted. */
export interface QuarantineBound {
  /** Inputs, 100,000 by default. */
  readonly inputs: number
  /** Bytes of their originals and reasons, 256 MiB by default. */
  readonly bytes: number
}

export const DEFAULT_QUARANTINE: QuarantineBound = { inputs: 100_000, bytes: 268_435_456 }

/** Name of the fact that counts the inputs that were dropped. */
export const QUARANTINE_DROPPED = 'quarantine-dropped'
const INPUTS_AT_ONCE = 256

/** @throws SluiceError `OUT_OF_RANGE` when a bound is not a whole number of at least 1 */
export function requireQuarantineBound(bound: QuarantineBound): QuarantineBound {
  for (const [name, value] of Object.entries(bound)) {
    if (Number.isSafeInteger(value) && value >= 1) continue
    throw new SluiceError('OUT_OF_RANGE', `quarantine.${name}: expected a whole number of at least 1, got ${value}`)
  }
  return bound
}

/** Refused inputs that came together. */
export interface Refused {
  readonly refused: readonly RefusedInput[]
  readonly receivedAt: number
  readonly source: string | undefined
}

/**
 * What a commit writes to put inputs into the quarantine, and to drop as many of the oldest as the bound asks for.
 *
 * @remarks O(inputs); the first time after an erasure, and in a directory of an earlier version, O(quarantine)
 */
export function quarantineWrites(
  storage: LogStorage,
  given: readonly Refused[],
  bound: QuarantineBound,
): Pick<Writes, 'quarantine' | 'quarantineDropped' | 'facts'> {
  if (given.every(({ refused }) => refused.length === 0)) return { quarantine: [], quarantineDropped: [], facts: [] }
  const tally = storage.quarantineTally()
  const kept = storedSize(storage)
  const counts = { ...tally.counts }
  let { last } = tally
  const quarantine: [number, unknown][] = []
  for (const { refused, receivedAt, source } of given) {
    for (const one of refused) {
      const input = quarantined(one, receivedAt, source)
      quarantine.push([++last, input])
      counts[one.code] = (counts[one.code] ?? 0) + 1
      kept.inputs++
      kept.bytes += sizeOf(input)
    }
  }
  const quarantineDropped = dropOldest(storage, kept, bound)
  const dropped = droppedInputs(storage) + quarantineDropped.length
  return {
    quarantine,
    quarantineDropped,
    facts: [
      [QUARANTINE_TALLY, { last, counts }],
      [QUARANTINE_KEPT, kept],
      ...(quarantineDropped.length > 0 ? [[QUARANTINE_DROPPED, dropped] as const] : []),
    ],
  }
}

/** How many inputs were dropped so far, because newer ones took their room. */
export function droppedInputs(storage: LogStorage): number {
  return (storage.fact(QUARANTINE_DROPPED) as number | undefined) ?? 0
}

interface Size {
  inputs: number
  bytes: number
}

function storedSize(storage: LogStorage): Size {
  const known = storage.fact(QUARANTINE_KEPT) as Size | undefined
  if (known !== undefined) return { ...known }
  const size: Size = { inputs: 0, bytes: 0 }
  for (const { value } of oldestFirst(storage)) {
    size.inputs++
    size.bytes += sizeOf(value)
  }
  return size
}

/** Numbers of the stored inputs to drop; `kept` is lowered by them. */
function dropOldest(storage: LogStorage, kept: Size, bound: QuarantineBound): number[] {
  const numbers: number[] = []
  const isWithin = () => kept.inputs <= bound.inputs && kept.bytes <= bound.bytes
  if (isWithin()) return numbers
  for (const { number, value } of oldestFirst(storage)) {
    if (isWithin()) break
    numbers.push(number)
    kept.inputs--
    kept.bytes -= sizeOf(value)
  }
  return numbers
}

function* oldestFirst(storage: LogStorage): Generator<{ number: number; value: Stored }, void, undefined> {
  for (let next = 0; ; ) {
    const page = storage.quarantinedFrom(next, INPUTS_AT_ONCE)
    for (const { number, value } of page) yield { number, value: value as Stored }
    if (page.length < INPUTS_AT_ONCE) return
    next = (page.at(-1)?.number ?? next) + 1
  }
}

type Stored = Pick<QuarantinedInput, 'original' | 'message'>

function sizeOf({ original, message }: Stored): number {
  return original.length + message.length
}
