import type { Platform } from '../../../platform/platform.ts';
import { openOutsideClient } from '../fetching/open-outside-client.ts';
import { mapRegistrySettings } from '../settings.ts';
import { LayerMaps } from './layer-maps.ts';
import { openTileObjects } from './tile-objects.ts';

const OPENED = new WeakMap<Platform, LayerMaps>();

/** Returns what draws the maps of a server process. All callers share its memory and its limits. */
export function openLayerMaps(platform: Platform): LayerMaps {
  const opened = OPENED.get(platform) ?? openNew(platform);
  OPENED.set(platform, opened);
  return opened;
}

function openNew(platform: Platform): LayerMaps {
  const { hostConcurrency } = platform.settingsOf(mapRegistrySettings).proxy;
  const client = openOutsideClient(platform, { connectionsOfHost: hostConcurrency });
  return new LayerMaps(platform, client, openTileObjects(platform));
}
