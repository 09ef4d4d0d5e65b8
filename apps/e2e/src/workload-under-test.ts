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

/** Pods of an app, changed for new ones as Kubernetes does it: those of a Deployment of maxUnavailable 0 and maxSurge 1, or of a StatefulSet. */
export class WorkloadUnderTest extends EventEmitter<{ changed: [PodUnderTest] }> {
  pods: PodUnderTest[] = [];

  /** @param volumes a folder for each replica of a StatefulSet, which it keeps; those of a Deployment have what the template says */
  constructor(
    private readonly template: PodTemplate,
    private readonly replicas: number,
    private readonly volumes?: readonly string[],
  ) {
    super();
  }

  /** Its app. */
  get app(): string {
    return this.template.app;
  }

  /** Starts all pods at once. */
  async start(): Promise<void> {
    this.pods = await Promise.all(Array.from({ length: this.replicas }, (_pod, ordinal) => this.create(ordinal)));
  }

  /** Changes every pod for a new one, one after the other. */
  roll(): Promise<StoppedPod[]> {
    return this.volumes ? this.replace() : this.surge();
  }

  /** As a Deployment: an old one is told to stop when a new one is ready. */
  private async surge(): Promise<StoppedPod[]> {
    const stopped: Promise<StoppedPod>[] = [];
    for (const old of [...this.pods]) {
      this.pods.push(await this.create());
      stopped.push(this.remove(old));
      this.pods = this.pods.filter((pod) => pod !== old);
    }
    return Promise.all(stopped);
  }

  /** As a StatefulSet: a new one has the name and the volume of the old one, which has to have ended; the last is the first. */
  private async replace(): Promise<StoppedPod[]> {
    const stopped: StoppedPod[] = [];
    for (const [ordinal, old] of [...this.pods.entries()].reverse()) {
      stopped.push(await this.remove(old));
      this.pods[ordinal] = await this.create(ordinal);
    }
    return stopped;
  }

  private async create(ordinal = 0): Promise<PodUnderTest> {
    const volume = this.volumes?.[ordinal];
    const { env } = this.template;
    const pod = await PodUnderTest.start({ ...this.template, env: volume === undefined ? env : { ...env, DATA_DIR: volume } });
    this.emit('changed', pod);
    return pod;
  }

  private async remove(pod: PodUnderTest): Promise<StoppedPod> {
    const terminated = pod.terminate();
    this.emit('changed', pod);
    const code = await terminated;
    return { code, wasKilled: pod.wasKilled };
  }
}
