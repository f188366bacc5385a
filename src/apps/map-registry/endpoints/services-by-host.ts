import { LONGEST, storedText } from '../harvest/text-limits.ts';
import type { NamedService } from '../registry-tasks.ts';
import type { DetectedService } from '../sources/map-source.ts';

/** Services that one task asks: the host gets turns with others, and a killed worker asks so many again. */
const MOST_OF_TASK = 50;

/** Services of one host. */
export interface ServicesOfHost {
  readonly host: string;
  readonly services: readonly NamedService[];
}

/** Sorts services by their hosts, whatever the port, so many for each task. */
export function servicesByHost(services: readonly DetectedService[]): readonly ServicesOfHost[] {
  const byHost = Map.groupBy(services.map(named), ({ url }) => new URL(url).hostname);
  return [...byHost].flatMap(([host, ofHost]) =>
    Array.from({ length: Math.ceil(ofHost.length / MOST_OF_TASK) }, (_, index) => ({
      host,
      services: ofHost.slice(index * MOST_OF_TASK, (index + 1) * MOST_OF_TASK),
    })),
  );
}

/** The first harvest reads more of it. */
function named({ type, url, title }: DetectedService): NamedService {
  return { type, url, ...(title === undefined ? {} : { title: storedText(title, LONGEST.title) }) };
}
