/** Name of the fact that tells where the newest commit with records begins. */
export const LAST_COMMIT = 'last-commit'

/** Name of the fact that tells the number of the newest commit of the journal that the store has. */
export const JOURNALED = 'journaled'
