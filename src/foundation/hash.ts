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

/**
 * A 53-bit hash of a string's UTF-16 code units, a whole number from 0 to 2^53 - 1: two multiply-and-xor lanes that
 * are mixed into each other (cyrb53). Among n strings two share a hash with a probability of about n^2 / 2^54. Not
 * cryptographic.
 */
export function hashString53(text: string, seed = 0): number {
  let a = 0xdeadbeef ^ seed
  let b = 0x41c6ce57 ^ seed
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    a = Math.imul(a ^ unit, 0x9e3779b1)
    b = Math.imul(b ^ unit, 0x5f356495)
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35)
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
  return 4294967296 * (b & 0x1fffff) + (a >>> 0)
}

/** SHA-256 of bytes or of a string's UTF-8, in lower-case hexadecimal (64 characters). */
export function sha256Hex(input: Uint8Array | string): string {
  return bytesToHex(sha256(typeof input === 'string' ? utf8ToBytes(input) : input))
}

/** The identity of a definition: SHA-256 of its canonical JSON, first 16 hexadecimal digits. */
export function contentHash(value: unknown): string {
  return sha256Hex(canonicalJson(value)).slice(0, 16)
}
