/** Where a parameter of LightGBM goes here, and how its text is read. */
export interface Parameter {
  readonly section: 'training' | 'objective' | 'table' | 'run'
  /** Our name; empty for what cannot change a result. */
  readonly key: string
  readonly kind: 'number' | 'limit' | 'boolean' | 'numbers' | 'words' | 'column' | 'columns' | 'groups'
}

type Row = readonly [names: string, section: Parameter['section'], key: string, kind?: Parameter['kind']]

/** The first name is LightGBM's own, the others are its aliases. */
const ROWS: readonly Row[] = [
  [
    'num_iterations num_trees num_round num_rounds num_iteration n_iter n_estimators nrounds max_iter num_boost_round',
    'training',
    'iterations',
  ],
  ['learning_rate eta shrinkage_rate', 'training', 'learningRate'],
  ['num_leaves num_leaf max_leaves max_leaf max_leaf_nodes', 'training', 'leaves'],
  ['max_depth', 'training', 'maxDepth', 'limit'],
  ['min_data_in_leaf min_data_per_leaf min_data min_child_samples min_samples_leaf', 'training', 'minRowsInLeaf'],
  [
    'min_sum_hessian_in_leaf min_sum_hessian_per_leaf min_sum_hessian min_hessian min_child_weight',
    'training',
    'minHessianInLeaf',
  ],
  ['lambda_l1 reg_alpha l1_regularization', 'training', 'l1'],
  ['lambda_l2 reg_lambda lambda l2_regularization', 'training', 'l2'],
  ['min_gain_to_split min_split_gain', 'training', 'minGain'],
  ['max_bin max_bins', 'training', 'maxBins'],
  ['min_data_in_bin', 'training', 'minRowsInBin'],
  ['bin_construct_sample_cnt subsample_for_bin', 'training', 'sampledRows'],
  ['bagging_fraction sub_row subsample bagging', 'training', 'baggingFraction'],
  ['bagging_freq subsample_freq', 'training', 'baggingEvery'],
  ['feature_fraction sub_feature colsample_bytree', 'training', 'featureFraction'],
  ['max_cat_to_onehot', 'training', 'oneHotCategories'],
  ['cat_smooth', 'training', 'categorySmoothing'],
  ['cat_l2', 'training', 'categoryL2'],
  ['max_cat_threshold', 'training', 'maxCategoriesInSplit'],
  ['min_data_per_group', 'training', 'minRowsInCategoryGroup'],
  ['monotone_constraints mc monotone_constraint monotonic_cst', 'training', 'monotone', 'numbers'],
  ['interaction_constraints interaction_cst', 'training', 'interactions', 'groups'],
  ['seed random_seed random_state', 'training', 'seed'],
  ['num_class num_classes', 'objective', 'classCount'],
  ['sigmoid', 'objective', 'sigmoid'],
  ['scale_pos_weight', 'objective', 'positiveWeight'],
  ['is_unbalance unbalance unbalanced_sets', 'objective', 'balanced', 'boolean'],
  ['alpha', 'objective', 'alpha'],
  ['label_gain', 'objective', 'labelGains', 'numbers'],
  ['lambdarank_truncation_level', 'objective', 'truncation'],
  ['lambdarank_norm', 'objective', 'normalise', 'boolean'],
  ['lambdarank_position_bias_regularization', 'objective', 'positionRegularization'],
  // Not of LightGBM's command line: its Python package multiplies the weights of the rows by it.
  ['class_weight', 'objective', 'classWeights', 'numbers'],
  ['header has_header', 'table', 'header', 'boolean'],
  ['label_column label', 'table', 'label', 'column'],
  [
    'categorical_feature cat_feature categorical_column cat_column categorical_features',
    'run',
    'categorical',
    'columns',
  ],
  ['metric metrics metric_types', 'run', 'metrics', 'words'],
  ['eval_at ndcg_eval_at ndcg_at', 'run', 'evalAt', 'numbers'],
  ['num_threads num_thread nthread nthreads n_jobs', 'run', 'threads', 'limit'],
  ['early_stopping_round early_stopping_rounds early_stopping n_iter_no_change', 'run', 'patience', 'limit'],
  ['force_row_wise', 'run', ''],
  ['force_col_wise', 'run', ''],
  ['deterministic', 'run', ''],
  ['verbosity verbose', 'run', ''],
  ['metric_freq output_freq', 'run', ''],
  ['is_training_metric is_provide_training_metric training_metric train_metric', 'run', ''],
]

/** By every name that LightGBM has for them. */
export const PARAMETERS: ReadonlyMap<string, Parameter> = new Map(
  ROWS.flatMap(([names, section, key, kind = 'number']) =>
    names.split(' ').map((name) => [name, { section, key, kind }]),
  ),
)

/** LightGBM's own name of each. */
export function parameterNames(): string[] {
  return ROWS.map(([names]) => names.split(' ')[0] ?? names)
}
