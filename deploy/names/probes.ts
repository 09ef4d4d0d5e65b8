import { podsOf } from '../charts/kubernetes-parts';
import type { RenderedChart } from '../kubernetes/every-chart';
import type { App } from '../settings/settings';
import { programOf } from './setting-names';

/** What a probe of a chart asks an app. */
export interface AppProbe {
  readonly app: App;
  readonly kind: 'startup' | 'readiness' | 'liveness';
  readonly path: string;
  /** Name of the port of its container. */
  readonly port: string;
}

const KINDS = ['startup', 'readiness', 'liveness'] as const;

/** The probes of apps in charts, each once; throws where an app of a chart has none of a kind, or one that asks no path. */
export function probesIn(charts: readonly RenderedChart[]): readonly AppProbe[] {
  const found = charts.flatMap(({ name, objects }) =>
    podsOf(objects).flatMap(({ of, spec }) =>
      spec.containers.flatMap((container) => {
        const app = programOf(container);
        if (!app || app === 'storage') return [];
        return KINDS.map((kind) => {
          const asked = container[`${kind}Probe`]?.httpGet;
          if (!asked) throw new Error(`${name}: ${of}: container ${container.name} has no ${kind} probe that asks a path`);
          return { app, kind, path: asked.path, port: asked.port };
        });
      }),
    ),
  );
  return [...new Map(found.map((probe) => [JSON.stringify(probe), probe])).values()];
}
