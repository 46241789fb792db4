import { SluiceError } from './sluice-error.ts'

/** The message of the {@link SluiceError} that a check throws, as a list of none or one; other errors pass. */
export function thrownMessages(check: () => unknown): string[] {
  try {
    check()
    return []
  } catch (error) {
    if (error instanceof SluiceError) return [error.message]
    throw error
  }
}
