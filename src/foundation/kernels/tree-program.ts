/** The compiled functions that grow trees; `assembly/tree-*.ts` say what they take. Byte offsets and counts. */
export interface TreeProgram {
  binValues(values: number, stride: number, count: number, bounds: number, missingBin: number, bins: number): number
  placeColumn(bins: number, count: number, rows: number, width: number): void
  sortValues(values: number, count: number, scratch: number): void
  distinctValues(values: number, count: number, distinct: number, counts: number): number
  logisticGradients(
    scores: number,
    targets: number,
    weights: number,
    steepness: number,
    gradients: number,
    hessians: number,
    count: number,
  ): void
  squaredGradients(
    scores: number,
    targets: number,
    weights: number,
    gradients: number,
    hessians: number,
    count: number,
  ): void
  absoluteSum(values: number, count: number): number
  packGradients(
    gradients: number,
    hessians: number,
    packed: number,
    first: number,
    count: number,
    gradientScale: number,
    hessianScale: number,
    seed: number,
  ): void
  histogramScratchBytes(width: number): number
  addRowHistogram(bins: number, width: number, first: number, count: number, packed: number, histogram: number): void
  addLeafHistogram(
    bins: number,
    width: number,
    rows: number,
    count: number,
    packed: number,
    histogram: number,
    scratch: number,
  ): void
  gatherPacked(packed: number, rows: number, count: number, out: number): void
  addOrderedHistogram(
    bins: number,
    width: number,
    rows: number,
    count: number,
    packed: number,
    histogram: number,
    scratch: number,
  ): void
  addIntegers(target: number, source: number, count: number): void
  subtractIntegers(target: number, source: number, count: number): void
  partitionRows(bins: number, table: number, rows: number, count: number, left: number, right: number): number
  addToRows(scores: number, rows: number, count: number, value: number): void
  drawRows(first: number, count: number, key: number, threshold: number, inside: number, outside: number): number
  fillRows(rows: number, first: number, count: number): void
  addTreeToRows(
    columns: number,
    rowCount: number,
    nodes: number,
    tables: number,
    leafValues: number,
    rows: number,
    count: number,
    scores: number,
  ): void
  findNumericalSplit(
    histograms: number,
    kinds: number,
    binCounts: number,
    monotone: number,
    from: number,
    to: number,
    settings: number,
    leaf: number,
    best: number,
  ): void
}
