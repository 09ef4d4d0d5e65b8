import { FLAG_NAMES, type FlagName, FLAGS, type FlagsResponse, METRICS } from '@sigmalang/contracts';
import { type Client, OpenFeature } from '@openfeature/server-sdk';
import { Counter } from 'prom-client';
import { currentRequest } from '../messages/request-context';
import { FileFlagProvider } from './file-flag-provider';
import { FlagFile } from './flag-file';
import { ruleOfAll } from './flag-rules';
import type { FlagsConfig } from './flags.config';

/** What is measured of flags. */
export const flagMetrics = {
  evaluations: new Counter({
    name: METRICS.flagEvaluations,
    help: 'How often a flag was looked at, by what it was: on or off',
    labelNames: ['flag', 'value'],
  }),
};

/** Values of flags that are remembered: they change only with the file, and OpenFeature takes longer for one than the bus for a call. */
const MOST_REMEMBERED = 10_000;

let made = 0;

/** The feature flags of a process. */
export class Flags {
  private readonly client: Client;
  private readonly remembered = new Map<string, boolean>();
  private rememberedVersion = 0;

  /** @param file says which are on */
  constructor(private readonly file = new FlagFile()) {
    const domain = `sigmalang-${made++}`; // OpenFeature is one for all of the process
    OpenFeature.setProvider(domain, new FileFlagProvider(file));
    this.client = OpenFeature.getClient(domain);
    for (const flag of FLAG_NAMES) for (const value of ['on', 'off']) flagMetrics.evaluations.inc({ flag, value }, 0); // seen before any was looked at
  }

  /** The flags of a file that settings name; as their defaults are until they {@link follow} it. */
  static of({ flagsFile }: FlagsConfig): Flags {
    return new Flags(new FlagFile(flagsFile));
  }

  /** Takes what the file says at once, and then as it changes. */
  follow({ flagsIntervalMs }: FlagsConfig): void {
    this.file.follow(flagsIntervalMs);
  }

  /**
   * Whether a flag is on; its default where that cannot be told.
   *
   * @param subject who it may be on for: the caller of the request being worked on unless given
   */
  async isOn(flag: FlagName, subject = currentRequest()?.identity?.subject): Promise<boolean> {
    const value = await this.valueOf(flag, subject);
    flagMetrics.evaluations.inc({ flag, value: value ? 'on' : 'off' });
    return value;
  }

  /** All flags, with what is said of each. */
  list(): FlagsResponse {
    const { file } = this;
    const flags = FLAG_NAMES.map((name) => {
      const said = file.ruleOf(name);
      const { on, percent, subjects, exceptSubjects } = said ?? ruleOfAll(FLAGS[name].default);
      const { default: isOnByDefault, description } = FLAGS[name];
      const source = said ? ('file' as const) : ('default' as const);
      return { name, description, default: isOnByDefault, on, percent, subjects: [...subjects], exceptSubjects: [...exceptSubjects], source };
    });
    return { flags, unknown: [...file.unknown], ...(file.fault !== undefined && { fault: file.fault }) };
  }

  private async valueOf(flag: FlagName, subject: string | undefined): Promise<boolean> {
    const { version } = this.file;
    if (version !== this.rememberedVersion || this.remembered.size >= MOST_REMEMBERED) {
      this.remembered.clear();
      this.rememberedVersion = version;
    }
    const key = `${flag} ${subject ?? ''}`;
    const known = this.remembered.get(key);
    if (known !== undefined) return known;
    const value = await this.client.getBooleanValue(flag, FLAGS[flag].default, subject === undefined ? {} : { targetingKey: subject });
    if (version === this.file.version) this.remembered.set(key, value);
    return value;
  }
}
