import type { Platform } from '../../../platform/platform.ts';
import { mapRegistrySettings } from '../settings.ts';
import { GuardedOutsideClient } from './guarded-outside-client.ts';
import type { OutsideClient } from './outside-client.ts';

/**
 * Opens a client with the limits of the settings. It keeps connections: a process needs one, and closes it at its end.
 *
 * @param connectionsOfHost connections to one host at a time; requests wait for one. Default: no limit.
 */
export function openOutsideClient(
  platform: Pick<Platform, 'settings' | 'settingsOf'>,
  { connectionsOfHost }: { readonly connectionsOfHost?: number } = {},
): OutsideClient {
  const { harvest, checks } = platform.settingsOf(mapRegistrySettings);
  return new GuardedOutsideClient({
    network: platform.settings.outgoing,
    allowedNetworks: harvest.allowedNetworks,
    allowedPorts: harvest.allowedPorts,
    maximumBytes: harvest.maximumBodyMebibytes * 1024 ** 2,
    timeoutSeconds: checks.timeoutSeconds,
    userAgent: harvest.userAgent,
    connectionsOfHost,
  });
}

/**
 * Opens a client for one task: the queue counts a task as one connection to its host. A connection that another task had kept would count
 * beside it, so each task has a client of its own.
 */
export function openTaskClient(platform: Pick<Platform, 'settings' | 'settingsOf'>): OutsideClient {
  return openOutsideClient(platform, { connectionsOfHost: 1 });
}
