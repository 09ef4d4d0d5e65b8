import { runStorageProgram } from './storage-program';

void runStorageProgram(process.argv.slice(2));
