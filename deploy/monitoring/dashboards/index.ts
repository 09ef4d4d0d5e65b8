import type { CompiledFile } from '../compiled-file';

/** The dashboards, one file each. */
export const dashboards: readonly CompiledFile[] = [];
