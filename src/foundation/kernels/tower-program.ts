/** The compiled functions that train towers of embeddings; `assembly/` says what they take. Byte offsets and counts. */
export interface TowerProgram {
  singleProduct(
    a: number,
    aRow: number,
    aDepth: number,
    b: number,
    bRow: number,
    c: number,
    cRow: number,
    rowFrom: number,
    rowTo: number,
    columns: number,
    depth: number,
  ): void
  sumBags(
    table: number,
    width: number,
    starts: number,
    indices: number,
    values: number,
    from: number,
    to: number,
    out: number,
  ): void
  stepBags(
    table: number,
    squares: number,
    width: number,
    features: number,
    starts: number,
    rows: number,
    values: number,
    gradients: number,
    from: number,
    to: number,
    learningRate: number,
    sum: number,
  ): void
  stepWeights(weights: number, squares: number, gradients: number, count: number, learningRate: number): void
  softmaxGradients(
    similarities: number,
    stride: number,
    count: number,
    from: number,
    to: number,
    sharpness: number,
    logFrequencies: number,
    items: number,
    weights: number,
    probabilities: number,
  ): void
}
