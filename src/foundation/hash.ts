import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { canonicalJson } from './canonical-json.ts'

/** Mixes a whole number into a 32-bit hash, signed; the finaliser of MurmurHash3. */
export function hashInteger(value: number, seed = 0): number {
  // Both halves count, so that 53-bit numbers such as timestamps hash apart.
  let h = Math.imul((value | 0) ^ seed, 0x85ebca6b) ^ Math.imul(Math.floor(value / 4294967296) | 0, 0xc2b2ae35)
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** A 32-bit hash of a string's UTF-16 code units, signed; FNV-1a with a final mix. */
export function hashString(text: string, seed = 0): number {
  let h = 0x811c9dc5 ^ seed
  for (let index = 0; index < text.length; index++) h = Math.imul(h ^ text.charCodeAt(index), 0x01000193)
  return hashInteger(h)
}

/** SHA-256 of bytes or of a string's UTF-8, in lower-case hexadecimal (64 characters). */
export function sha256Hex(input: Uint8Array | string): string {
  return bytesToHex(sha256(typeof input === 'string' ? utf8ToBytes(input) : input))
}

/** The identity of a definition: SHA-256 of its canonical JSON, first 16 hexadecimal digits. */
export function contentHash(value: unknown): string {
  return sha256Hex(canonicalJson(value)).slice(0, 16)
}
