import { type Hypervector, SeededGenerator, fromBits, tieVector } from '@sigmalang/vector';
import { type SigmaGeometry, sigmaGeometry } from '../geometry';
import type { ObservedVector } from '../observed-vector';
import { sigmaVector } from '../sigma-vector';
import type { CopyRecipe, Erasure, OtherSource, PayloadRecipe } from './payload-recipe';
import { referenceSegment } from './reference-segment';
import { tokensOf } from './texts.arbitrary';

/** A vector made by a recipe, and what it was made of. */
export interface ObservedCase {
  readonly vector: ObservedVector;
  /** The tokens of the source and of the other text. */
  readonly sources: readonly [source: Uint32Array, other: Uint32Array];
  /** Whether the vector is the encoding of the source and nothing else, all bits known. */
  readonly isWhole: boolean;
}

type Bit = (index: number) => number;

/** The vector of a recipe: the same one each time. */
export function observedCase(recipe: PayloadRecipe): ObservedCase {
  const geometry = sigmaGeometry(recipe.dimensions);
  const { tokensPerChunk, sequenceBits } = geometry;
  const source = tokensOf(recipe.source, tokensPerChunk);
  const other = otherTokens(recipe.other, source, tokensPerChunk);
  const segments = { source: referenceSegment(source, sequenceBits), other: referenceSegment(other, sequenceBits) };
  const random = new SeededGenerator('fuzz:payload', recipe.noise);
  const body = bodyBits(recipe, segments, sequenceBits, random);
  const bits = vectorOf(geometry, disturbed(body, recipe.flipsPerMille, random), random);
  const copies = recipe.copies.map((copy) => vectorOf(geometry, copyBits(copy, segments, body, random), random));
  const tokens = Math.min(tokensPerChunk, Math.max(0, source.length + recipe.claimed));
  const erased = erasedBits(recipe.erasure, geometry, random);
  return {
    vector: {
      ...sigmaVector({ version: 1, ...geometry, tokens, chunk: 0, chunks: 1, model: 'fuzz' }, bits),
      ...(erased && { erased }),
      ...(copies.length > 0 && { copies }),
    },
    sources: [source, other],
    isWhole:
      recipe.body.kind === 'encoded' && !erased && copies.length === 0 && recipe.flipsPerMille === 0 && tokens === source.length,
  };
}


function otherTokens(other: OtherSource, source: Uint32Array, capacity: number): Uint32Array {
  if (!('at' in other)) return tokensOf(other, capacity);
  const at = other.at % Math.max(1, source.length);
  return source.map((token, i) => (i === at ? token ^ other.xor : token));
}

interface Segments {
  readonly source: Uint8Array;
  readonly other: Uint8Array;
}

function bodyBits({ body }: PayloadRecipe, { source, other }: Segments, bits: number, random: SeededGenerator): Bit {
  const chance = 'perMille' in body ? body.perMille / 1000 : 0;
  switch (body.kind) {
    case 'encoded':
      return at(source);
    case 'zeros':
    case 'ones':
      return () => Number(body.kind === 'ones');
    case 'tie': {
      const { words } = tieVector(bits, 1);
      return (j) => ((words[j >>> 5] ?? 0) >>> (j & 31)) & 1;
    }
    case 'random':
      return at(randomBits(bits, 0.5, random));
    case 'periodic': {
      const pattern = randomBits(body.period, 0.5, random);
      return (j) => pattern[j % body.period] ?? 0;
    }
    case 'spliced':
      return (j) => (j < chance * bits ? other[j] : source[j]) ?? 0;
    case 'mixed': {
      const isOther = randomBits(bits, chance, random);
      return (j) => (isOther[j] === 1 ? other[j] : source[j]) ?? 0;
    }
  }
}

function copyBits({ of, flipsPerMille }: CopyRecipe, { source, other }: Segments, body: Bit, random: SeededGenerator): Bit {
  const original: Record<CopyRecipe['of'], Bit> = {
    source: at(source),
    other: at(other),
    random: () => random.nextBelow(2),
    complement: (j) => 1 - body(j),
  };
  return disturbed(original[of], flipsPerMille, random);
}

/** A mask of whole-vector size, undefined where nothing is erased. */
function erasedBits(erasure: Erasure, { dimensions, semanticBits, sequenceBits }: SigmaGeometry, random: SeededGenerator): Hypervector | undefined {
  if (erasure.kind === 'none') return undefined;
  const isErased = erasedAt(erasure, sequenceBits, random);
  return fromBits(dimensions, (i) => (i < semanticBits ? 0 : isErased(i - semanticBits)));
}

function erasedAt(erasure: Erasure, bits: number, random: SeededGenerator): Bit {
  switch (erasure.kind) {
    case 'none':
    case 'all':
      return () => Number(erasure.kind === 'all');
    case 'random':
      return () => Number(random.nextUniform() < erasure.perMille / 1000);
    case 'run': {
      const start = (erasure.startPerMille / 1000) * bits;
      const end = start + (erasure.lengthPerMille / 1000) * bits;
      return (j) => Number(j >= start && j < end);
    }
    case 'residues': {
      const { period, kept, stride, first } = erasure;
      const places = new Set(Array.from({ length: kept }, (_, i) => (first + i * stride) % period));
      return (j) => Number(!places.has(j % period));
    }
    case 'few': {
      const places = new Set(Array.from({ length: erasure.kept }, () => random.nextBelow(bits)));
      return (j) => Number(!places.has(j));
    }
  }
}

/** A vector with a random semantic segment before the bits of a sequence segment. */
function vectorOf({ dimensions, semanticBits }: SigmaGeometry, sequence: Bit, random: SeededGenerator): Hypervector {
  return fromBits(dimensions, (i) => (i < semanticBits ? random.nextBelow(2) : sequence(i - semanticBits)));
}

function disturbed(bit: Bit, flipsPerMille: number, random: SeededGenerator): Bit {
  if (flipsPerMille === 0) return bit;
  return (j) => bit(j) ^ Number(random.nextUniform() < flipsPerMille / 1000);
}

function randomBits(count: number, share: number, random: SeededGenerator): Uint8Array {
  return Uint8Array.from({ length: count }, () => Number(random.nextUniform() < share));
}

function at(bits: Uint8Array): Bit {
  return (j) => bits[j] ?? 0;
}
