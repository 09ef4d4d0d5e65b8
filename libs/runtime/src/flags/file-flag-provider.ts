import { FLAG_NAMES, FLAGS } from '@sigmalang/contracts';
import {
  ErrorCode,
  type EvaluationContext,
  type JsonValue,
  type Provider,
  type ResolutionDetails,
  StandardResolutionReasons,
} from '@openfeature/server-sdk';
import type { FlagFile } from './flag-file';
import { isOnFor } from './flag-rules';

/** Gives OpenFeature the flags of a file, and the defaults of those that it does not name. */
export class FileFlagProvider implements Provider {
  readonly metadata = { name: 'file' };
  readonly runsOn = 'server';

  constructor(private readonly file: FlagFile) {}

  resolveBooleanEvaluation(key: string, fallback: boolean, { targetingKey }: EvaluationContext): Promise<ResolutionDetails<boolean>> {
    const flag = FLAG_NAMES.find((each) => each === key);
    if (flag === undefined) return notFound(fallback);
    const rule = this.file.ruleOf(flag);
    if (!rule) return Promise.resolve({ value: FLAGS[flag].default, reason: StandardResolutionReasons.DEFAULT });
    return Promise.resolve({ value: isOnFor(flag, rule, targetingKey), reason: StandardResolutionReasons.TARGETING_MATCH });
  }

  resolveStringEvaluation(_key: string, fallback: string): Promise<ResolutionDetails<string>> {
    return notFound(fallback);
  }

  resolveNumberEvaluation(_key: string, fallback: number): Promise<ResolutionDetails<number>> {
    return notFound(fallback);
  }

  resolveObjectEvaluation<Value extends JsonValue>(_key: string, fallback: Value): Promise<ResolutionDetails<Value>> {
    return notFound(fallback);
  }
}

function notFound<Value>(value: Value): Promise<ResolutionDetails<Value>> {
  return Promise.resolve({ value, reason: StandardResolutionReasons.ERROR, errorCode: ErrorCode.FLAG_NOT_FOUND });
}
