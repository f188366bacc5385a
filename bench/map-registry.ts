import { benchChecks } from './map-registry/checks.ts';
import { benchCsw } from './map-registry/csw.ts';
import { benchMemory } from './map-registry/memory.ts';
import { benchPoliteness } from './map-registry/politeness.ts';
import { benchSearch } from './map-registry/search.ts';
import type { Row } from './report.ts';

/** The Postgres that is measured. */
interface MeasuredServer {
  readonly postgresPid: number;
}

/** The parts, by the names that `--part` takes. */
const PARTS = {
  search: { title: 'Searches of a million layers', bench: benchSearch },
  checks: { title: 'Checks of many hosts', bench: benchChecks },
  politeness: { title: 'Politeness', bench: benchPoliteness },
  memory: { title: 'Memory, whatever a server sends', bench: benchMemory },
  csw: { title: 'CSW over 100,000 records', bench: benchCsw },
} as const satisfies Record<
  string,
  { readonly title: string; readonly bench: (rounds: number, server: MeasuredServer) => Promise<Row[]> }
>;

/** A part of the map registry that is measured. */
export type MapRegistryPart = keyof typeof PARTS;

/** The parts of the map registry that are measured. */
export const MAP_REGISTRY_PARTS = Object.keys(PARTS).filter(isMapRegistryPart);

/** Whether a word names a part of the map registry. */
export function isMapRegistryPart(word: string): word is MapRegistryPart {
  return Object.hasOwn(PARTS, word);
}

/** Measures a part of the map registry. */
export async function benchMapRegistry(
  part: MapRegistryPart,
  rounds: number,
  server: MeasuredServer,
): Promise<{ title: string; rows: Row[] }> {
  const { title, bench } = PARTS[part];
  return { title, rows: await bench(rounds, server) };
}
