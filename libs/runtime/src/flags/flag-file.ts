import type { FlagName } from '@sigmalang/contracts';
import { Logger } from '@nestjs/common';
import { readFileSync, type Stats, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { FlagFileError, type FlagRule, type FlagRules, parseFlagRules } from './flag-rules';

const NOTHING: FlagRules = { rules: new Map(), unknown: [] };
const UNREADABLE = 'It cannot be read';
const MOST_BYTES = 4_194_304;

/** A file of flags, which is followed as it changes; a version that cannot be used changes nothing. */
export class FlagFile {
  private readonly logger = new Logger('Flags');
  private said: FlagRules = NOTHING;
  private count = 0;
  private seen: string | undefined;
  private coming: string | undefined;
  private reason: string | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** @param path of the file; there is none when absent, and nothing is said of any flag */
  constructor(private readonly path?: string) {}

  /** Reads the file at once, and looks at it again so often, in milliseconds, until it is closed. */
  follow(everyMs: number): void {
    if (this.path === undefined || this.timer) return;
    try {
      refuseUnfit(statSync(this.path));
      this.take(readFileSync(this.path, 'utf8'));
    } catch (error) {
      this.refuse(faultOf(error));
    }
    this.timer = setInterval(() => void this.look(), everyMs).unref();
  }

  /** Looks at the file no more. */
  close(): void {
    clearInterval(this.timer);
  }

  /** What the file says of a flag. */
  ruleOf(flag: FlagName): FlagRule | undefined {
    return this.said.rules.get(flag);
  }

  /** Number of what it says now: another one as soon as it says something else. */
  get version(): number {
    return this.count;
  }

  /** Names in the file that no flag has. */
  get unknown(): readonly string[] {
    return this.said.unknown;
  }

  /** Why the file cannot be used as it is now. */
  get fault(): string | undefined {
    return this.reason;
  }

  /** Takes what the file says now, if it said so the last time too: what is being written is not complete. */
  async look(): Promise<void> {
    if (this.path === undefined) return;
    try {
      refuseUnfit(await stat(this.path));
      const text = await readFile(this.path, 'utf8');
      if (text === this.coming) this.take(text);
      this.coming = text;
    } catch (error) {
      this.refuse(faultOf(error));
    }
  }

  private take(text: string): void {
    if (text === this.seen) return;
    this.seen = text;
    try {
      this.said = parseFlagRules(text);
    } catch (error) {
      this.refuse(error instanceof FlagFileError ? error.message : 'It is malformed', text);
      return;
    }
    this.count++;
    this.reason = undefined;
    const { rules, unknown } = this.said;
    this.logger.log({ msg: 'Flags are as the file says', file: this.path, flags: [...rules.keys()] });
    if (unknown.length > 0) this.logger.warn({ msg: 'The file of flags names some that there are not', file: this.path, unknown });
  }

  /** Notes why the file cannot be used, and logs it once. */
  private refuse(fault: string, seen?: string): void {
    this.seen = seen;
    if (this.reason === fault) return;
    this.reason = fault;
    this.logger.error({ msg: 'The file of flags cannot be used: what it said before stays in force', file: this.path, fault });
  }
}

/** Refuses what would be waited for, as a pipe is, or take long to read. */
function refuseUnfit(stats: Stats): void {
  if (!stats.isFile()) throw new FlagFileError('It is no file');
  if (stats.size > MOST_BYTES) throw new FlagFileError(`It has more than ${MOST_BYTES} bytes`);
}

function faultOf(error: unknown): string {
  return error instanceof FlagFileError ? error.message : UNREADABLE;
}
