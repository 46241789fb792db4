/** The compiled functions of text indexes; `assembly/text-postings.ts` says what they take. Byte offsets and counts. */
export interface TextProgram {
  searchPostings(
    cursors: number,
    termCount: number,
    accept: number,
    live: number,
    first: number,
    sums: number,
    heap: number,
  ): number
  sumPostings(cursors: number, termCount: number, sums: number): void
}
