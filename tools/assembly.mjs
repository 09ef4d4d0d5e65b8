// Compiles the AssemblyScript of a library, <library>/assembly/index.ts, to WebAssembly with SIMD and writes it as text into
// <library>/src/kernels.gen.ts, so that every bundle carries its kernels and none has to find a file.
import { main } from 'assemblyscript/asc';
import { writeFileSync } from 'node:fs';

const [library] = process.argv.slice(2);
const written = new Map();
const { error, stderr } = await main(
  [
    `${library}/assembly/index.ts`,
    ...['--outFile', 'kernels.wasm', '-Ospeed', '--noAssert', '--enable', 'simd', '--runtime', 'minimal'],
    ...['--importMemory', '--use', 'abort='],
  ],
  { writeFile: (name, contents) => void written.set(name, contents) },
);
if (error) {
  console.error(stderr.toString());
  process.exit(1);
}
const base64 = Buffer.from(written.get('kernels.wasm')).toString('base64');
writeFileSync(`${library}/src/kernels.gen.ts`, `/** WebAssembly of ${library}/assembly, in base64. */\nexport const KERNELS =\n  '${base64}';\n`);
console.log(`${library}/src/kernels.gen.ts: ${written.get('kernels.wasm').length} bytes of WebAssembly`);
