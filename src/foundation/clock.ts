/** Milliseconds since the Unix epoch. Always an argument: nothing below `serving` and `cli` asks the machine. */
export type Clock = () => number

/** A clock that stands still until it is told to move; for tests, worlds and replays. */
export function manualClock(startMs: number): Clock & { set(ms: number): void; advance(ms: number): void } {
  let now = startMs
  return Object.assign(() => now, {
    set(ms: number) {
      now = ms
    },
    advance(ms: number) {
      now += ms
    },
  })
}
