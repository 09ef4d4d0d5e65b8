import type { TextCodec } from '../text-codec';

const TEXTS = [
  '',
  'The quick brown fox',
  "We'll see: they've HTTPServer'd 1234567 times (3.14159)   \n\n\n   indented",
  'int main(void) {\n\treturn 0x1F << 3; /* done */\n}\r\n',
  'Größe, naïve café, Übermaß; Привет, мир! שלום',
  '日本語の文章です。你好,世界!안녕하세요 👩‍👩‍👧‍👦 🇩🇪',
  '<|endoftext|> is text',
  '\uFEFFa mark, \u0085 a next line, \u00A0 a hard space',
  '!\uFEFF\uFEFF! !\u0085\u0085! !\u00A0\u00A0! !\u3000\u3000!',
  '  \u0085x\u0085 y \rz \r\r-',
  "THEY'VE said 'vEry o'clock'S, 12345678; paths...//\n/usr//\r\n\t\tx",
  'a'.repeat(150),
  'é'.repeat(70),
  '日'.repeat(50),
  '😀'.repeat(20),
];

const CUT: readonly (readonly [text: string, dimensions: number])[] = [
  ['', 4096],
  ['The quick brown fox', 4096],
  ['𓀀𓁐 ancient 𒀀 and 😀 modern ꙮ '.repeat(12), 4096],
  ['It was the best of times, it was the worst of times. '.repeat(20), 10_000],
];

/** Tokens of texts, and where texts are cut. */
export function tokens(codec: TextCodec): object {
  return {
    about: 'section 5 of docs/sigma-vector.md; written by npm run test-vectors; runs holds the number of tokens of each run',
    tokens: TEXTS.map((text) => ({ text, tokens: Array.from(codec.tokenize(text)) })),
    runs: CUT.map(([text, dimensions]) => ({
      text,
      dimensions,
      runs: codec.runs(text, dimensions).map(({ tokens }) => tokens.length),
    })),
  };
}
