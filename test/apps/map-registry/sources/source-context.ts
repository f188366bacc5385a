import { GuardedOutsideClient } from '../../../../src/apps/map-registry/fetching/guarded-outside-client.ts';
import type { OutsideClient } from '../../../../src/apps/map-registry/fetching/outside-client.ts';
import type { SourceContext, SourceSettings } from '../../../../src/apps/map-registry/sources/map-source.ts';
import { AllowedNetworks } from '../../../../src/platform/http/outgoing/allowed-networks.ts';
import { OutgoingNetwork } from '../../../../src/platform/http/outgoing/outgoing-network.ts';

/** Opens a client that may ask this machine. */
export function openTestClient(timeoutSeconds = 5): OutsideClient {
  return new GuardedOutsideClient({
    network: new OutgoingNetwork(),
    allowedNetworks: AllowedNetworks.parse('loopback'),
    allowedPorts: [],
    maximumBytes: 32 * 1024 ** 2,
    timeoutSeconds,
    userAgent: 'tests',
  });
}

/** What sources are given. */
export function sourceContext(
  client: OutsideClient,
  settings: Partial<SourceSettings> = {},
  maximumLayers?: number,
): SourceContext {
  return {
    client,
    signal: new AbortController().signal,
    maximumLayers,
    settings: {
      warperHosts: [],
      worldMapHosts: [],
      worldMapLegacyHosts: [],
      worldMapAccount: undefined,
      cswPageRecords: 10,
      ...settings,
    },
  };
}
