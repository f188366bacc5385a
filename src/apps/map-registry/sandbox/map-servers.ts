import type { RunningApp, Texts } from '../../../app-kit/sandbox/app-sandbox.ts';
import { onPreferredPort, type StandIn } from '../../../app-kit/sandbox/stand-in.ts';
import { esriStandIn } from './stand-ins/kinds/esri-stand-in.ts';
import { wmsStandIn } from './stand-ins/kinds/wms-stand-in.ts';
import { wmtsStandIn } from './stand-ins/kinds/wmts-stand-in.ts';
import { CLIMATE_WMTS, PLANNING_ESRI, WATER_WMS } from './stand-ins/sample-services.ts';
import type { StandInKind } from './stand-ins/stand-in-kind.ts';
import { openStandInServer } from './stand-ins/stand-in-server.ts';

/** A server of made-up maps of the sandbox. */
interface MapServer {
  readonly name: string;
  readonly note: string;
  readonly preferredPort: number;
  readonly kind: StandInKind;
  /** Where its services are, as an endpoint has it. */
  readonly path: string;
}

const MAP_SERVERS: readonly MapServer[] = [
  {
    name: 'Map server (WMS)',
    note: 'stand-in; waters of an imagined world',
    preferredPort: 8_181,
    kind: wmsStandIn(WATER_WMS),
    path: WATER_WMS.path,
  },
  {
    name: 'Map server (WMTS)',
    note: 'stand-in; its climate',
    preferredPort: 8_182,
    kind: wmtsStandIn(CLIMATE_WMTS),
    path: CLIMATE_WMTS.path,
  },
  {
    name: 'Map server (Esri)',
    note: 'stand-in; its people and roads',
    preferredPort: 8_183,
    kind: esriStandIn(PLANNING_ESRI),
    path: PLANNING_ESRI.path,
  },
];

/** Three servers of maps, which the registry may ask although they are on this machine. */
export const mapServerStandIns: readonly StandIn[] = MAP_SERVERS.map(
  ({ name, note, preferredPort, kind, path }) => ({
    name,
    preferredPort,
    async open({ port }) {
      const server = await onPreferredPort(port, (free) => openStandInServer([kind], { port: free }));
      return {
        name,
        // The whole address, so that it can be added as an endpoint.
        url: `${server.url}${path}`,
        note,
        environment: { REGISTRY_ALLOWED_NETWORKS: 'loopback' },
        isStandIn: true,
        port: server.port,
        stop: () => server.close(),
      };
    },
  }),
);

/** Endpoints of the servers that run, one a line. */
function endpointsOf({ standIns }: Pick<RunningApp, 'standIns'>): string {
  return MAP_SERVERS.flatMap(({ name }) => {
    const running = standIns.find((standIn) => standIn.name === name);
    return running ? [running.url] : [];
  }).join('\n');
}

/** Says to the demo where the servers are, and as whom it may add endpoints. */
export function demoState(running: RunningApp): Texts {
  const { username, password } = running.administrator;
  return { endpoints: endpointsOf(running), username, ...(password === undefined ? {} : { password }) };
}
