// Every name here is a function of the compiled program; `../program.ts` declares their types.
export { clearKeys, offerScores, takeItems, takeKeys } from './best-keys'
export { dotProducts } from './dot-products'
export { scoreFactorRows, trainFactorRows } from './factor-machines'
export { stepBags, stepWeights, sumBags } from './embedding-bags'
export { lambdaGradients, lambdaScratchBytes } from './lambda-gradients'
export { softmaxGradients } from './sampled-softmax'
export { singleProduct } from './single-product'
export { leastSquaresLoss, leastSquaresScratchBytes, solveLeastSquares } from './least-squares-rows'
export { invertSymmetric, scratchBytes as symmetricInverseScratchBytes } from './symmetric-inverse'
export { searchPostings, sumPostings } from './text-postings'
export { binValues, distinctValues, placeColumn, sortValues } from './tree-binning'
export { absoluteSum, logisticGradients, packGradients, squaredGradients } from './tree-gradients'
export {
  addIntegers,
  addLeafHistogram,
  addOrderedHistogram,
  addRowHistogram,
  gatherPacked,
  histogramScratchBytes,
  subtractIntegers,
} from './tree-histograms'
export { scoreTreeRanks } from './tree-ranks'
export { addToRows, addTreeToRows, drawRows, fillRows, partitionRows } from './tree-rows'
export { addTreeShares, treeSlotBytes } from './tree-shares'
export { findNumericalSplit } from './tree-splits'
export { prepareTreeRows, scoreTreeRows, treeRowBytes } from './tree-walks'
export { addToBlock, clearBlock, moveLastRow, nearestCells, scanCells, vectorBlockBytes } from './vector-cells'
export { addVectorProducts } from './vector-products'
export { offerListed, packQuery, packRow, packRows, productsOfListed, rowLength } from './vector-rows'

/** The first byte that the compiled program does not use itself. */
export function heapBase(): usize {
  return __heap_base
}
