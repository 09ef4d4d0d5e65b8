// Compiles the AssemblyScript of a library, <library>/assembly/index.ts, to WebAssembly with SIMD and writes it as text into
// <library>/src/kernels.gen.ts, so that every bundle carries its kernels and none has to find a file. All kernels of a thread share one
// memory: the constants of each library begin at an address of its own, and those of libs/vector, which allocates, come last.
import { main } from 'assemblyscript/asc';
import { writeFileSync } from 'node:fs';

const [library] = process.argv.slice(2);
const memoryBase = { 'libs/codec': 1024, 'libs/vector': 4096 }[library];
if (memoryBase === undefined) throw new Error(`no address is set aside for the constants of ${library}`);
const written = new Map();
const { error, stderr } = await main(
  [
    `${library}/assembly/index.ts`,
    ...['--outFile', 'kernels.wasm', '-Ospeed', '--noAssert', '--enable', 'simd', '--runtime', 'minimal'],
    ...['--importMemory', '--use', 'abort=', '--memoryBase', String(memoryBase)],
  ],
  { writeFile: (name, contents) => void written.set(name, contents) },
);
if (error) {
  console.error(stderr.toString().slice(0, 4000));
  process.exit(1);
}
const base64 = Buffer.from(written.get('kernels.wasm')).toString('base64');
writeFileSync(`${library}/src/kernels.gen.ts`, `/** WebAssembly of ${library}/assembly, in base64. */\nexport const KERNELS =\n  '${base64}';\n`);
console.log(`${library}/src/kernels.gen.ts: ${written.get('kernels.wasm').length} bytes of WebAssembly`);
