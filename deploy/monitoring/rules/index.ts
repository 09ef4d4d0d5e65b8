import type { CompiledFile } from '../compiled-file';
import { recordingGroups } from '../recorded';

/** The files of rules for Prometheus. */
export const rules: readonly CompiledFile[] = [{ name: 'recorded.yaml', content: { groups: recordingGroups } }];
