/**
 * The compiled functions of `assembly/least-squares-rows.ts` and `assembly/vector-products.ts`, which say what they
 * take.
 */
export interface LeastSquaresProgram {
  leastSquaresScratchBytes(factorCount: number, longest: number): number
  solveLeastSquares(problem: number, from: number, to: number, scratch: number, longest: number): number
  leastSquaresLoss(problem: number, from: number, to: number): number
  addVectorProducts(vectors: number, factorCount: number, from: number, to: number, sums: number): void
}
