// Every name here is a function of the compiled program; `../program.ts` declares their types.
export { dotProducts } from './dot-products'
export { lambdaGradients, lambdaScratchBytes } from './lambda-gradients'
export { invertSymmetric, scratchBytes as symmetricInverseScratchBytes } from './symmetric-inverse'

/** The first byte that the compiled program does not use itself. */
export function heapBase(): usize {
  return __heap_base
}
