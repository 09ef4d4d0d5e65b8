import { renderChart } from '@sigmalang/deploy/rendered-charts';
import { describeWithTools } from '@sigmalang/deploy/tools-under-test';
import { execFile } from 'node:child_process';
import { execPath } from 'node:process';
import { startOnNats, startStandalone } from './installations';
import type { ProcessUnderTest } from './process-under-test';
import { endEverything } from './teardown';
import { ADMIN_KEY } from './test-key';

jest.setTimeout(180_000);

type App = Parameters<typeof renderChart>[0];

interface TestPod {
  readonly containers: readonly [{ readonly command: readonly string[]; readonly args: readonly string[]; readonly env: readonly { readonly name: string; readonly value?: string }[] }];
}

interface Outcome {
  readonly code: number | null;
  readonly text: string;
}

/** Runs what `helm test` of an app runs, by the Node of this process, against a process that stands in for the pods behind the Service. */
function runChartTest(app: App, process: ProcessUnderTest, key = ADMIN_KEY): Promise<Outcome> {
  const pod = renderChart(app).find(({ kind, metadata }) => kind === 'Pod' && metadata.annotations?.['helm.sh/hook'] === 'test');
  const [{ command, args, env }] = (pod?.spec as TestPod | undefined)?.containers ?? [{ command: [], args: [], env: [] }];
  const given: Readonly<Record<string, () => string>> = { MANAGEMENT: () => process.managementOrigin, API: () => process.origin, ADMIN_KEY: () => key };
  const known = Object.fromEntries(env.map(({ name }) => [name, given[name]?.()]));
  return new Promise((done) => {
    const child = execFile(execPath, [...command.slice(1), ...args], { env: known }, (_error, stdout, stderr) => {
      done({ code: child.exitCode, text: stdout + stderr });
    });
  });
}

describeWithTools(['helm'], 'helm test', () => {
  afterAll(endEverything);

  it('passes for each app of a cluster, and encodes and decodes through its gateway', async () => {
    const { front: gateway, encoder, decoder, nlp, analogy, search } = await startOnNats();
    expect(await runChartTest('gateway', gateway)).toEqual({ code: 0, text: 'encoded and decoded exactly\n' });
    for (const [app, process] of Object.entries({ encoder, decoder, nlp, analogy, search })) {
      expect([app, await runChartTest(app as App, process)]).toEqual([app, { code: 0, text: 'ready, on NATS, with metrics\n' }]);
    }
    expect(await runChartTest('gateway', gateway, ADMIN_KEY.replace('sk_Z', 'sk_Y'))).toMatchObject({ code: 1, text: expect.stringContaining('answered 401') as string });
    expect(await runChartTest('gateway', gateway, '')).toEqual({ code: 0, text: 'nobody gets in without a key, and the test has none\n' });
    await decoder.stop();
    expect(await runChartTest('gateway', gateway)).toMatchObject({ code: 1, text: expect.stringContaining('/v1/decode answered 503') as string });
    expect((await runChartTest('decoder', decoder)).code).toBe(1);
  });

  it('passes for standalone', async () => {
    const { front } = await startStandalone();
    expect(await runChartTest('standalone', front)).toEqual({ code: 0, text: 'encoded and decoded exactly\n' });
  });
});
