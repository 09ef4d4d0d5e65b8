import { hash64, murmurHash3 } from './hash64';

describe('hash64', () => {
  it('has the verification value of MurmurHash3_x86_128 in SMHasher', () => {
    const hashes = Array.from({ length: 256 }, (_, i) =>
      murmurHash3(Uint8Array.from({ length: i }, (_unused, k) => k), 256 - i),
    );
    const [verification] = murmurHash3(new Uint8Array(Uint32Array.from(hashes.flat()).buffer), 0);
    expect(verification).toBe(0xb3ece62a);
  });

  it('tells short, long, accented and seeded texts apart', () => {
    const texts = ['', 'a', 'b', 'ab', 'ba', 'é', 'e\u0301', 'x'.repeat(1000), 'x'.repeat(1001)];
    const hashes = texts.flatMap((text) => [hash64(text).join(), hash64(text, 1).join()]);
    expect(new Set(hashes).size).toBe(texts.length * 2);
  });

  it('does not collide on 20,000 numbered symbols', () => {
    const hashes = new Set(Array.from({ length: 20_000 }, (_, i) => hash64(`symbol-${i}`).join()));
    expect(hashes.size).toBe(20_000);
  });
});
