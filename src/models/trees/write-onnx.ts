import { SluiceError } from '../../foundation/index.ts'
import { onnxTreeColumns } from './onnx-tree-columns.ts'
import { ProtobufWriter } from './protobuf-writer.ts'
import { requireSoundEnsemble, type TreeEnsemble } from './tree-ensemble.ts'
import { responseOf } from './tree-response.ts'

/** ONNX 1.8, of 2020: what any runtime of today reads. */
const IR_VERSION = 7
const OPSET = 13
const ML_OPSET = 1

const FLOAT = 1

/**
 * Writes an ensemble as an ONNX model (IR version 7, operators of opset 13, `ai.onnx.ml` 1).
 *
 * Input `rows`: float32, shape (n, featureCount), NaN is missing. Outputs: `score`, the raw scores, and `response`,
 * the probabilities or rates of the objective, both float32 of shape (n, classCount). Thresholds are rounded to single
 * precision so that every row of single-precision numbers ends in the same leaves; only the sum is of single precision.
 * Sets of categories and zeros that count as missing become chains of nodes that share their targets, as the converters
 * of LightGBM write them. The names of the features stand in the model's metadata.
 *
 * @throws SluiceError `MODEL_CORRUPT` when the ensemble cannot be walked, `MODEL_MISMATCH` when its objective is not
 * known, `NO_MODEL` without a tree
 * @remarks O(nodes).
 * @see https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsembleRegressor.html
 */
export function writeOnnx(ensemble: TreeEnsemble): Uint8Array {
  requireSoundEnsemble(ensemble)
  // Refuses an objective that is not known.
  responseOf(ensemble.objective)
  if (ensemble.treeCount === 0) {
    throw new SluiceError('NO_MODEL', 'ONNX: expected at least one tree, got none; train the ensemble first')
  }
  const { featureCount, classCount, featureNames } = ensemble
  const graph = new ProtobufWriter().message(1, treesNode(ensemble))
  for (const operator of responseOperators(ensemble.objective)) graph.message(1, operator)
  graph
    .text(2, 'trees')
    .message(11, floats('rows', featureCount))
    .message(12, floats('score', classCount))
    .message(12, floats('response', classCount))
  return new ProtobufWriter()
    .integer(1, IR_VERSION)
    .text(2, 'sluice')
    .message(7, graph)
    .message(8, operatorSet('', OPSET))
    .message(8, operatorSet('ai.onnx.ml', ML_OPSET))
    .message(14, new ProtobufWriter().text(1, 'feature_names').text(2, JSON.stringify(featureNames)))
    .finish()
}

function treesNode(ensemble: TreeEnsemble): ProtobufWriter {
  const columns = onnxTreeColumns(ensemble)
  return operator('TreeEnsembleRegressor', ['rows'], 'score', [
    integerAttribute('n_targets', ensemble.classCount),
    textAttribute('aggregate_function', 'SUM'),
    textAttribute('post_transform', 'NONE'),
    integersAttribute('nodes_treeids', columns.treeIds),
    integersAttribute('nodes_nodeids', columns.nodeIds),
    integersAttribute('nodes_featureids', columns.featureIds),
    textsAttribute('nodes_modes', columns.modes),
    floatsAttribute('nodes_values', columns.values),
    integersAttribute('nodes_truenodeids', columns.trueIds),
    integersAttribute('nodes_falsenodeids', columns.falseIds),
    integersAttribute('nodes_missing_value_tracks_true', columns.missingTracksTrue),
    integersAttribute('target_treeids', columns.targetTreeIds),
    integersAttribute('target_nodeids', columns.targetNodeIds),
    integersAttribute('target_ids', columns.targetIds),
    floatsAttribute('target_weights', columns.targetWeights),
  ]).text(7, 'ai.onnx.ml')
}

/** The operators from `score` to `response`: those of {@link responseOf}. */
function responseOperators(objective: string): ProtobufWriter[] {
  const [name = '', ...parameters] = objective.split(' ').filter((word) => word !== '')
  switch (name) {
    case 'binary':
    case 'multiclassova':
      return sigmoidOperators(Number(parameters.find((word) => word.startsWith('sigmoid:'))?.slice(8) ?? 1))
    case 'cross_entropy':
      return sigmoidOperators(1)
    case 'multiclass':
      return [operator('Softmax', ['score'], 'response', [integerAttribute('axis', 1)])]
    case 'poisson':
    case 'gamma':
    case 'tweedie':
      return [operator('Exp', ['score'], 'response')]
    case 'cross_entropy_lambda':
      return [operator('Softplus', ['score'], 'response')]
    default:
      return parameters.includes('sqrt') ? signedSquareOperators() : [operator('Identity', ['score'], 'response')]
  }
}

function sigmoidOperators(slope: number): ProtobufWriter[] {
  if (slope === 1) return [operator('Sigmoid', ['score'], 'response')]
  const constant = new ProtobufWriter().integer(2, FLOAT).floats(4, [slope])
  return [
    operator('Constant', [], 'slope', [attribute('value', 4).message(5, constant)]),
    operator('Mul', ['score', 'slope'], 'scaled'),
    operator('Sigmoid', ['scaled'], 'response'),
  ]
}

function signedSquareOperators(): ProtobufWriter[] {
  return [operator('Abs', ['score'], 'size'), operator('Mul', ['score', 'size'], 'response')]
}

/** NodeProto. */
function operator(
  type: string,
  inputs: readonly string[],
  output: string,
  attributes: readonly ProtobufWriter[] = [],
): ProtobufWriter {
  const node = new ProtobufWriter()
  for (const input of inputs) node.text(1, input)
  node.text(2, output).text(3, `${type} of ${output}`).text(4, type)
  for (const each of attributes) node.message(5, each)
  return node
}

/** AttributeProto. @param type - AttributeType: 2 integer, 3 text, 4 tensor, 6 floats, 7 integers, 8 texts */
function attribute(name: string, type: number): ProtobufWriter {
  return new ProtobufWriter().text(1, name).integer(20, type)
}

function integerAttribute(name: string, value: number): ProtobufWriter {
  return attribute(name, 2).integer(3, value)
}

function textAttribute(name: string, value: string): ProtobufWriter {
  return attribute(name, 3).text(4, value)
}

function floatsAttribute(name: string, values: readonly number[]): ProtobufWriter {
  return attribute(name, 6).floats(7, values)
}

function integersAttribute(name: string, values: readonly number[]): ProtobufWriter {
  return attribute(name, 7).integers(8, values)
}

function textsAttribute(name: string, values: readonly string[]): ProtobufWriter {
  const texts = attribute(name, 8)
  for (const value of values) texts.text(9, value)
  return texts
}

/** ValueInfoProto of a matrix of floats with any number of rows. */
function floats(name: string, width: number): ProtobufWriter {
  const shape = new ProtobufWriter()
    .message(1, new ProtobufWriter().text(2, 'n'))
    .message(1, new ProtobufWriter().integer(1, width))
  const tensor = new ProtobufWriter().integer(1, FLOAT).message(2, shape)
  return new ProtobufWriter().text(1, name).message(2, new ProtobufWriter().message(1, tensor))
}

/** OperatorSetIdProto. */
function operatorSet(domain: string, version: number): ProtobufWriter {
  return new ProtobufWriter().text(1, domain).integer(2, version)
}
