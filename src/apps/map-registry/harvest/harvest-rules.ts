import type { MapRegistrySettings } from '../settings.ts';

/** Changes with what harvests make of the same description. */
const VERSION = 1;

/**
 * Returns what a harvest depends on beside the description of the service. A service that was harvested by other rules is
 * harvested again, even where its description has not changed.
 */
export function harvestRulesOf({ limitLayers, supportedSrs }: MapRegistrySettings['harvest']): string {
  return JSON.stringify({ version: VERSION, limitLayers: Math.max(0, limitLayers), supportedSrs });
}
