import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessUnderTest } from './process-under-test';

type Environment = Readonly<Record<string, string>>;

/** How a pod of the app is started and stopped, as its chart says it. */
export interface PodTemplate {
  readonly app: string;
  readonly env: Environment;
  /** How long the hook before SIGTERM sleeps, in milliseconds. */
  readonly preStopMs: number;
  /** From the order to stop until SIGKILL, in milliseconds. */
  readonly terminationGraceMs: number;
}

const PROBE_MS = 200;
const START_MS = 90_000;

/** A process that is treated as a kubelet treats a container. */
export class PodUnderTest {
  /** Whether the grace was over before the process had ended. */
  wasKilled = false;
  private isReady = false;
  private isTerminating = false;

  private constructor(
    private readonly template: PodTemplate,
    readonly process: ProcessUnderTest,
  ) {}

  /** Starts a pod, and waits until its readiness probe succeeds. */
  static async start(template: PodTemplate): Promise<PodUnderTest> {
    const process = ProcessUnderTest.spawn(template.app, { env: { PORT: '0', METRICS_PORT: '0', ...template.env } });
    const pod = new PodUnderTest(template, process);
    const deadline = Date.now() + START_MS;
    while (!(pod.isReady = await pod.probe())) {
      if (Date.now() > deadline || process.hasEnded) throw new Error(`${template.app} did not get ready:\n${process.output.join('\n')}\n${process.errorOutput}`);
      await sleep(PROBE_MS);
    }
    return pod;
  }

  /** Whether connections are to be led to it. */
  get isEndpoint(): boolean {
    return this.isReady && !this.isTerminating;
  }

  /** Stops it: endpoints are taken away and the hook runs from the same moment, then SIGTERM, then SIGKILL if it has to be. */
  async terminate(): Promise<number | null> {
    const { preStopMs, terminationGraceMs } = this.template;
    this.isTerminating = true;
    const timer = new AbortController();
    void sleep(terminationGraceMs, undefined, { signal: timer.signal }).then(
      () => {
        this.wasKilled = true;
        return this.process.kill();
      },
      () => undefined,
    );
    await sleep(preStopMs);
    const code = await this.process.stop();
    timer.abort();
    return code;
  }

  private async probe(): Promise<boolean> {
    if (!this.process.log.some(({ msg }) => msg === 'management is listening')) return false;
    return fetch(`${this.process.managementOrigin}/health/ready`, { signal: AbortSignal.timeout(1_000) }).then(({ ok }) => ok, () => false);
  }
}

/** What became of a pod that was stopped. */
export interface StoppedPod {
  readonly code: number | null;
  readonly wasKilled: boolean;
}

/** Pods of an app, changed for new ones as a Deployment of maxUnavailable 0 and maxSurge 1 does it. */
export class DeploymentUnderTest extends EventEmitter<{ changed: [PodUnderTest] }> {
  pods: PodUnderTest[] = [];

  constructor(
    private readonly template: PodTemplate,
    private readonly replicas = 2,
  ) {
    super();
  }

  /** Its app. */
  get app(): string {
    return this.template.app;
  }

  /** Starts all pods at once. */
  async start(): Promise<void> {
    await Promise.all(Array.from({ length: this.replicas }, () => this.add()));
  }

  /** Changes every pod for a new one, one after the other: an old one is told to stop when a new one is ready. */
  async roll(): Promise<StoppedPod[]> {
    const terminations: Promise<StoppedPod>[] = [];
    for (const old of [...this.pods]) {
      await this.add();
      terminations.push(this.remove(old));
    }
    return Promise.all(terminations);
  }

  private async add(): Promise<void> {
    const pod = await PodUnderTest.start(this.template);
    this.pods.push(pod);
    this.emit('changed', pod);
  }

  private async remove(pod: PodUnderTest): Promise<StoppedPod> {
    this.pods = this.pods.filter((each) => each !== pod);
    const terminated = pod.terminate();
    this.emit('changed', pod);
    const code = await terminated;
    return { code, wasKilled: pod.wasKilled };
  }
}
