// The server's clock, as its decisions tell it. A machine whose own clock is wrong would send events that the server
// refuses as from the future; and a server that lives in a generated world has a time of its own.

let originMs = performance.timeOrigin

/** Milliseconds since the page was opened. */
export function elapsedMs() {
  return new PerformanceMark('elapsed').startTime
}

/** The server's time in milliseconds since the Unix epoch; this machine's until a decision has told it. */
export function nowMs() {
  return Math.round(originMs + elapsedMs())
}

/**
 * Sets the clock.
 *
 * @param {number} serverMs - the server's time
 * @param {number} atElapsedMs - when it was that, by {@link elapsedMs}
 */
export function setClock(serverMs, atElapsedMs) {
  originMs = serverMs - atElapsedMs
}
