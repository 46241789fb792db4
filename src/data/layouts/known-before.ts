/** The `at` of users and videos in the layouts: 3 March 1973, the earliest that the log takes. No rating is older. */
export const KNOWN_BEFORE_MS = 100_000_000_000
