/** Decimal digits that tell every float32 from every other. */
const DIGITS = 9;

/** An embedding as pgvector reads it, every value as it is. */
export function vectorLiteral(embedding: Float32Array): string {
  return `[${Array.from(embedding, (value) => Number(value.toPrecision(DIGITS))).join(',')}]`;
}

/** The embedding that pgvector wrote. */
export function readVector(literal: string): Float32Array {
  return Float32Array.from(JSON.parse(literal) as number[]);
}

/** Whether an embedding says anything: one of zeros has no direction. */
export function hasMeaning(embedding: Float32Array | undefined): embedding is Float32Array {
  return embedding?.some((value) => value !== 0) ?? false;
}
