import { multiclassConfusion } from './multiclass-f1.ts'

/** What a disagreement costs: all the same, the distance of the classes, or its square. */
export type KappaWeighting = 'none' | 'linear' | 'quadratic'

/**
 * Cohen's kappa: agreement of two raters beyond what their habits would bring about by chance.
 *
 * @param first - shape (n,), classes from 0
 * @param second - shape (n,), classes from 0
 * @param options.weighting - `linear` and `quadratic` are for classes in order; `none` when absent
 * @returns at most 1; 0 is chance; NaN (not defined) when both raters use one and the same class throughout
 * @throws SluiceError `SHAPE_MISMATCH`; `INVALID_ARGUMENT` without a row or at a class that is not below `classCount`
 * @remarks O(n + classCount²).
 * @see Cohen 1960, Educational and Psychological Measurement 20(1); Cohen 1968, Psychological Bulletin 70(4).
 */
export function cohenKappa(
  first: Int32Array,
  second: Int32Array,
  { classCount, weighting = 'none' }: { readonly classCount: number; readonly weighting?: KappaWeighting | undefined },
): number {
  const table = multiclassConfusion(first, second, classCount)
  const [firstUse, secondUse] = [new Float64Array(classCount), new Float64Array(classCount)]
  table.forEach((count, cell) => {
    firstUse[Math.floor(cell / classCount)]! += count
    secondUse[cell % classCount]! += count
  })
  let observed = 0
  let expected = 0
  table.forEach((count, cell) => {
    const [a, b] = [Math.floor(cell / classCount), cell % classCount]
    const cost = disagreement(a, b, weighting)
    observed += cost * count
    expected += (cost * firstUse[a]! * secondUse[b]!) / first.length
  })
  return 1 - observed / expected
}

function disagreement(first: number, second: number, weighting: KappaWeighting): number {
  if (weighting === 'none') return first === second ? 0 : 1
  return weighting === 'linear' ? Math.abs(first - second) : (first - second) ** 2
}
