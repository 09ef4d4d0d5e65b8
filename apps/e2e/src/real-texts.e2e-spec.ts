import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BothInstallations, startBoth } from './installations';
import { endEverything } from './teardown';

jest.setTimeout(300_000);

const TEXTS_PER_CALL = 256;
const PIECE_CHARACTERS = 40_000;

const data = process.env.SIGMALANG_DATA;
const why = 'SIGMALANG_DATA does not name the folder of measuring data';

let both: BothInstallations;

async function expectBack(texts: readonly string[]): Promise<void> {
  for (let i = 0; i < texts.length; i += TEXTS_PER_CALL) {
    const batch = texts.slice(i, i + TEXTS_PER_CALL);
    const { results } = await both.encode({ texts: batch });
    const decoded = await both.decode({ items: results.map(({ vectors }) => ({ vectors })) });
    expect(decoded.map(({ text }) => text)).toEqual(batch);
    expect(decoded.filter(({ exact }) => !exact)).toEqual([]);
  }
}

if (data === undefined || data === '') {
  console.warn(`SKIPPED: round trips of texts/alice29.txt and of messages/*.txt, because ${why}`);
  it.skip(`a book and thousands of messages come back exactly (skipped: ${why})`, () => undefined);
} else {
  beforeAll(async () => {
    both = await startBoth({ REQUEST_TIMEOUT_MS: '240000' });
  });

  afterAll(endEverything);

  it('a whole book comes back exactly', async () => {
    const book = await readFile(join(data, 'texts/alice29.txt'), 'utf8');
    const pieces = Array.from({ length: Math.ceil(book.length / PIECE_CHARACTERS) }, (_piece, i) =>
      book.slice(i * PIECE_CHARACTERS, (i + 1) * PIECE_CHARACTERS),
    );
    expect(pieces.join('')).toBe(book);
    for (const piece of pieces) await expectBack([piece]);
  });

  it('every message that people sent comes back exactly', async () => {
    const folder = join(data, 'messages');
    const files = (await readdir(folder)).filter((name) => name.endsWith('.txt'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) await expectBack((await readFile(join(folder, file), 'utf8')).split('\n'));
  });
}
