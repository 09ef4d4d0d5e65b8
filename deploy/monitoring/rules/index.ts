import type { CompiledFile } from '../compiled-file';

/** The files of rules for Prometheus. */
export const rules: readonly CompiledFile[] = [];
