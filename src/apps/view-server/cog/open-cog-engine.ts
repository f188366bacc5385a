import { builtInEngine } from './built-in/built-in-engine.ts';
import type { CogEngine } from './cog-engine.ts';
import type { CogSettings } from './cog-settings.ts';
import { gdalEngine } from './gdal/gdal-engine.ts';

/** The engine that the settings name. */
export function openCogEngine(
  settings: Pick<CogSettings, 'engine' | 'projections' | 'maximumPixels'>,
): CogEngine {
  if (settings.engine === 'gdal') return gdalEngine;
  return builtInEngine({
    projections: settings.projections ?? new Map(),
    maximumPixels: settings.maximumPixels,
  });
}
