import { SluiceError } from '../foundation/index.ts'

/** The message of what a check throws, as a list of none or one. */
export function said(check: () => void): string[] {
  try {
    check()
    return []
  } catch (error) {
    if (error instanceof SluiceError) return [error.message]
    throw error
  }
}
