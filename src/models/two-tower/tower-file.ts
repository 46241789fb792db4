import { type ByteReader, type ByteWriter, SluiceError } from '../../foundation/index.ts'
import type { HiddenLayer, Tower } from './tower.ts'

/** Writes a tower without the embeddings that are 0: most of a hashed table never had an example. */
export function writeTower(writer: ByteWriter, { featureCount, dimensions, embeddings, hidden }: Tower): void {
  const features: number[] = []
  for (let feature = 0; feature < featureCount; feature++) {
    const start = feature * dimensions
    if (embeddings.subarray(start, start + dimensions).some((weight) => weight !== 0)) features.push(feature)
  }
  const kept = new Float32Array(features.length * dimensions)
  features.forEach((feature, place) => {
    kept.set(embeddings.subarray(feature * dimensions, (feature + 1) * dimensions), place * dimensions)
  })
  writer
    .uint32(featureCount)
    .uint32(dimensions)
    .uint32(hidden?.width ?? 0)
  writer.int32s(Int32Array.from(features)).float32s(kept)
  if (hidden) writer.float32s(hidden.inward).float32s(hidden.bias).float32s(hidden.outward)
}

/** Reads what {@link writeTower} wrote. @throws SluiceError `MODEL_CORRUPT` */
export function readTower(reader: ByteReader): Tower {
  const [featureCount, dimensions, width] = [reader.uint32(), reader.uint32(), reader.uint32()]
  const [features, kept] = [reader.int32s(), reader.float32s()]
  requireLength('embeddings', features.length * dimensions, kept.length)
  const embeddings = new Float32Array(featureCount * dimensions)
  features.forEach((feature, place) => {
    if (feature < 0 || feature >= featureCount) throw corrupt('a feature', `below ${featureCount}`, feature)
    embeddings.set(kept.subarray(place * dimensions, (place + 1) * dimensions), feature * dimensions)
  })
  const tower = { featureCount, dimensions, embeddings }
  return width === 0 ? tower : { ...tower, hidden: readHidden(reader, dimensions, width) }
}

function readHidden(reader: ByteReader, dimensions: number, width: number): HiddenLayer {
  const [inward, bias, outward] = [reader.float32s(), reader.float32s(), reader.float32s()]
  requireLength('weights inward', dimensions * width, inward.length)
  requireLength('bias', width, bias.length)
  requireLength('weights outward', dimensions * width, outward.length)
  return { width, inward, bias, outward }
}

function requireLength(what: string, expected: number, got: number): void {
  if (expected !== got) throw corrupt(what, `${expected} numbers`, got)
}

function corrupt(what: string, expected: string, got: number): SluiceError {
  return new SluiceError('MODEL_CORRUPT', `two towers, ${what}: expected ${expected}, got ${got}; train again`)
}
