/** Odd, so that different numbers below 2^32 have different products modulo 2^32. */
const SCATTER = 0x9e3779b1

/** Names tell nothing of what is beside each other in a world: neither households nor rings. */
function name(letter: string, number: number): string {
  return letter + (Math.imul(number + 1, SCATTER) >>> 0).toString(36)
}

export function cardName(card: number): string {
  return name('c', card)
}

export function terminalName(terminal: number): string {
  return name('t', terminal)
}

export function deviceName(device: number): string {
  return name('d', device)
}

export function addressName(address: number): string {
  return name('a', address)
}
