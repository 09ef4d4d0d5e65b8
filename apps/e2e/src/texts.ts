import { randomText } from './seeded-random';

const CODE = `async function* lines(path: string) {
\tfor await (const chunk of open(path)) yield* chunk.split(/\\r?\\n/u); // "quotes" & <tags/> \`\${x}\`
}
`;

const letters = Array.from('abcdefghijklmnopqrstuvwxyz');

/** Texts of every awkward kind, by what is awkward about them. */
export const awkwardTexts: readonly (readonly [kind: string, text: string])[] = [
  ['the empty text', ''],
  ['one character', 'x'],
  ['one space', ' '],
  ['an ordinary sentence', 'The quick brown fox jumps over the lazy dog, twice; 12,345.67 times?'],
  ['emoji of several code points', '👨‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈 🇯🇵 1️⃣ 👩‍❤️‍💋‍👨'],
  ['combining marks', 'e\u0301 Z\u0337\u0322\u0321a\u0338l\u0335g\u0336o\u0334 n\u0303\u0303\u0303 \u0301alone'],
  ['composed and decomposed forms side by side', '\u00e9\u0065\u0301 \u1e9b\u0323 \ufb01 \u212b'],
  ['right-to-left text', 'שלום עולם, \u202bمرحبا بالعالم\u202c ١٢٣ (abc)'],
  ['NUL and other control characters', '\0a\0\0b\u0001\u001b[31m\u007f\u0085\0'],
  ['Japanese', '吾輩は猫である。名前はまだ無い。どこで生れたか頓と見当がつかぬ。カタカナ、ﾊﾝｶｸ。'],
  ['Chinese', '人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心。𠮷𠀋'],
  ['Thai, Devanagari and Korean', 'สวัสดีชาวโลก नमस्ते दुनिया 안녕하세요 세계'],
  ['code', CODE],
  ['base64', Buffer.from(Array.from({ length: 300 }, (_value, i) => (i * 37) % 256)).toString('base64')],
  ['carriage returns', 'one\r\ntwo\r\n\r\nthree\rfour\n\r'],
  ['byte order marks', '\ufeffstart\ufeff middle \ufffe\uffff end\ufeff'],
  ['names of special tokens', '<|endoftext|> <|im_start|>system<|im_end|><|fim_prefix|><|endofprompt|>'],
  ['replacement characters', '\ufffd\ufffd a\ufffdb'],
  ['the ends of the Unicode planes', '\ud7ff\ue000\uffff\u{10000}\u{1ffff}\u{10ffff}'],
  ['white space alone', ' \t\n\v\f\r \u00a0\u2003\u2028\u2029\u3000' + ' '.repeat(300)],
  ['JSON with __proto__', '{"__proto__":{"constructor":"\\u0000"},"a":[1e999,-0]}'],
  ['a word of 20,000 letters', randomText(letters, 20_000, 7)],
  ['5,000 equal letters', 'z'.repeat(5_000)],
  ['1,000 equal emoji', '🙂'.repeat(1_000)],
];

const WORDS = (
  'the of and to in is you that it he was for on are as with his they at be this have from or one had by word but not ' +
  'what all were we when your can said there use an each which she do how their if will up other about out many then ' +
  'them these so some her would make like him into time has look two more write go see number no way could people'
).split(' ');

/** Ordinary English words, `characters` characters of them. */
export function ordinaryText(characters: number): string {
  return randomText(WORDS.map((word) => `${word} `), Math.ceil(characters / 2), 11).slice(0, characters);
}

const KANA_AND_KANJI = Array.from(
  'あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん' +
    'アイウエオカキクケコサシスセソタチツテト、。' +
    '日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員九入' +
    '選立開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約主題下首意法不来作性',
);

/** Japanese characters in common use, in no order. */
export function japaneseText(characters: number): string {
  return randomText(KANA_AND_KANJI, characters, 13);
}

/** Characters that hardly any text has, so that each takes several tokens. */
export function rareText(characters: number): string {
  const alphabet = Array.from({ length: 40_000 }, (_value, i) => String.fromCodePoint(0x20000 + i));
  return randomText(alphabet, characters, 17);
}
