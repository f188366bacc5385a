import type { Platform } from '../../../platform/platform.ts';
import { mapRegistrySettings } from '../settings.ts';
import { GuardedOutsideClient } from './guarded-outside-client.ts';
import type { OutsideClient } from './outside-client.ts';

/** Opens a client with the limits of the settings. It keeps connections: a process needs one, and closes it at its end. */
export function openOutsideClient(platform: Pick<Platform, 'settings' | 'settingsOf'>): OutsideClient {
  const { harvest, checks } = platform.settingsOf(mapRegistrySettings);
  return new GuardedOutsideClient({
    network: platform.settings.outgoing,
    allowedNetworks: harvest.allowedNetworks,
    allowedPorts: harvest.allowedPorts,
    maximumBytes: harvest.maximumBodyMebibytes * 1024 ** 2,
    timeoutSeconds: checks.timeoutSeconds,
    userAgent: harvest.userAgent,
  });
}
