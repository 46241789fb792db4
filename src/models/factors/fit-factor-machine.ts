import type { SparseExamples } from '../sparse-rows.ts'
import { readFactorFile } from './factor-file.ts'
import { FactorMachine } from './factor-machine.ts'
import { type FactorOptions, requireFactorSettings } from './factor-options.ts'
import { trainFactors } from './factor-training.ts'
import { type FeatureFields, requireFeatureFields } from './feature-fields.ts'

/**
 * Fits a factorisation machine: a logistic regression that also learns how features go together, with one vector a
 * feature, so that pairs that never met in training have an estimate too. Stochastic gradient descent with AdaGrad, a
 * step an example, from seeded vectors and in a seeded order. Soft labels are allowed.
 *
 * @throws SluiceError `NO_TRAINING_DATA`, `ONE_CLASS_ONLY`, `SHAPE_MISMATCH`, `NOT_FINITE` (also when the steps are too
 * long to stay finite), `OUT_OF_RANGE`, `INVALID_ARGUMENT` for an option
 * @remarks O(entries * factors) a pass; 8 bytes a weight of memory.
 * @see Rendle 2010, "Factorization Machines", ICDM.
 */
export function fitFactorisationMachine(examples: SparseExamples, options: FactorOptions = {}): FactorMachine {
  const settings = requireFactorSettings(options, 16)
  const trained = trainFactors(examples, undefined, settings, options.validation)
  return new FactorMachine({ ...trained, featureCount: examples.featureCount, factorCount: settings.factorCount })
}

/**
 * Fits a field-aware factorisation machine: like {@link fitFactorisationMachine}, but a feature shows every field a
 * vector of its own, so that what an item says to a user does not bind what it says to an hour. Stronger on one-hot
 * rows of few fields, and as many times larger as there are fields.
 *
 * @throws SluiceError as {@link fitFactorisationMachine}; `OUT_OF_RANGE` at a field that is not below `fieldCount`
 * @remarks O(entries of a row, squared, * factors) a row.
 * @see Juan et al. 2016, "Field-aware Factorization Machines for CTR Prediction", RecSys; with linear terms added.
 */
export function fitFieldAwareMachine(
  examples: SparseExamples,
  fields: FeatureFields,
  options: FactorOptions = {},
): FactorMachine {
  const settings = requireFactorSettings(options, 4)
  requireFeatureFields(fields, examples.featureCount)
  const own = { fieldCount: fields.fieldCount, fields: fields.fields.slice() }
  const trained = trainFactors(examples, own, settings, options.validation)
  return new FactorMachine({
    ...trained,
    featureCount: examples.featureCount,
    factorCount: settings.factorCount,
    fields: own,
  })
}

/** Reads what the `save` of a plain machine wrote. @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function loadFactorisationMachine(bytes: Uint8Array): FactorMachine {
  return new FactorMachine(readFactorFile('factorisation-machine', bytes))
}

/** Reads what the `save` of a field-aware machine wrote. @throws SluiceError `MODEL_CORRUPT`, `MODEL_MISMATCH` */
export function loadFieldAwareMachine(bytes: Uint8Array): FactorMachine {
  return new FactorMachine(readFactorFile('field-aware-factorisation-machine', bytes))
}
