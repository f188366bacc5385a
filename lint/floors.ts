// `npm run lint`: holds the imports of src/ to the order of its floors,
//
//   platform <- queue <- app-kit <- map-kit <- apps <- entry points
//                        app-kit <- admin <- entry points
//
// and finds files that need each other. There are no exceptions: what does not fit is on the wrong floor.

import { type Import, readImports } from './imports.ts';

interface Floor {
  /** The files that it is about. */
  readonly files: RegExp;
  /** What these may import. */
  readonly mayImport: RegExp;
  readonly because: string;
}

/** The rooms of the queue, and which others each may import; src/queue/README.md says what they hold. */
const QUEUE_ROOMS: Readonly<Record<string, readonly string[]>> = {
  tasks: [],
  leases: ['tasks'],
  brokers: ['tasks', 'leases'],
  results: ['tasks'],
  enqueueing: ['tasks', 'leases', 'brokers', 'results'],
  schedules: ['tasks', 'leases', 'brokers', 'results', 'enqueueing'],
  figures: ['tasks', 'leases', 'brokers', 'results', 'enqueueing'],
  'error-reporters': ['tasks'],
  engine: ['tasks', 'leases', 'brokers', 'results', 'enqueueing', 'schedules', 'figures', 'error-reporters'],
};

const FLOORS: readonly Floor[] = [
  {
    files: /^src\/platform\//,
    mayImport: /^src\/platform\//,
    because: 'the platform knows nothing above it',
  },
  {
    files: /^src\/queue\//,
    mayImport: /^src\/(platform|queue)\//,
    because: 'the queue knows the platform alone',
  },
  {
    files: /^src\/app-kit\//,
    mayImport: /^src\/(platform|queue|app-kit)\//,
    because: 'the kit knows neither an app nor the admin',
  },
  {
    files: /^src\/map-kit\//,
    mayImport: /^src\/(platform|queue|app-kit|map-kit)\//,
    because: 'what apps of maps share knows no app',
  },
  {
    files: /^src\/apps\//,
    mayImport: /^src\/(platform|queue|app-kit|map-kit|apps)\//,
    because: 'an app knows the kits, the queue and the platform',
  },
  {
    files: /^src\/admin\//,
    mayImport: /^src\/(platform|queue|app-kit|admin)\//,
    because: 'the admin stands beside the apps and knows none of them',
  },
  {
    files: /^src\/(?!apps\/|installed\.ts$)/,
    mayImport: /^src\/(?!apps\/)/,
    because: 'src/installed.ts is the only file that names apps',
  },
  {
    files: /^src\/(?!queue\/)/,
    mayImport: /^src\/(?!queue\/)|^src\/queue\/(index|engine\/engine-process)\.ts$/,
    because: 'the public door of the queue is src/queue/index.ts',
  },
  {
    files: /^src\/(?!standalone\/|standalone\.ts$|demo\.ts$)/,
    mayImport: /^src\/(?!standalone\/)/,
    because: 'src/standalone/ is for trying things out on one machine',
  },
  ...Object.entries(QUEUE_ROOMS).map(([room, others]) => ({
    files: new RegExp(`^src/queue/${room}/`),
    // The files beside the rooms are settings, and the public door.
    mayImport: new RegExp(`^src/(?!queue/)|^src/queue/((?!index)[^/]+$|(${[room, ...others].join('|')})/)`),
    because: `src/queue/README.md says what ${room}/ may import`,
  })),
];

const imports = await readImports('src');
const faults = [...imports.flatMap(faultsOf), ...circlesOf(imports)];
for (const fault of faults) console.error(fault);
if (faults.length > 0) {
  console.error(`${faults.length} imports do not fit.`);
  process.exitCode = 1;
}

function faultsOf({ from, to }: Import): string[] {
  const faults = FLOORS.filter(({ files, mayImport }) => files.test(from) && !mayImport.test(to)).map(
    ({ because }) => `${from} imports ${to}: ${because}.`,
  );
  if (appOf(from) && appOf(to) && appOf(from) !== appOf(to)) {
    faults.push(`${from} imports ${to}: an app knows no other app.`);
  }
  return faults;
}

function appOf(path: string): string | undefined {
  return /^src\/apps\/([^/]+)\//.exec(path)?.[1];
}

/** Returns a sentence for each circle, by Tarjan's strongly connected components. */
function circlesOf(all: readonly Import[]): string[] {
  const targets = Map.groupBy(all, ({ from }) => from);
  const order = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[] = [];
  const visit = (file: string): number => {
    const own = order.size;
    let low = own;
    order.set(file, own);
    stack.push(file);
    for (const { to } of targets.get(file) ?? []) {
      if (!order.has(to)) low = Math.min(low, visit(to));
      else if (stack.includes(to)) low = Math.min(low, order.get(to) ?? low);
    }
    if (low === own) {
      const circle = stack.splice(stack.indexOf(file));
      if (circle.length > 1) circles.push(`These files need each other: ${circle.join(', ')}.`);
    }
    return low;
  };
  for (const file of targets.keys()) if (!order.has(file)) visit(file);
  return circles;
}
