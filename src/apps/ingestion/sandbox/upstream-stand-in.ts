import type { RunningApp, Texts } from '../../../app-kit/sandbox/app-sandbox.ts';
import { ownService, type RunningStandIn, type StandIn } from '../../../app-kit/sandbox/stand-in.ts';
import { makeSandboxDatabases } from './databases/sandbox-databases.ts';
import { writeSampleTerms } from './sample-terms.ts';

const NAME = 'Upstream';

/** Variables that say where the user's own databases are. */
const OWN_VARIABLES = [
  'UPSTREAM_DATABASE_URL',
  'UPSTREAM_DB_HOST',
  'INGESTION_DATABASE_URL',
  'DATABASE_HOST',
];

const TERMS_VARIABLE = 'SENSITIVE_TERMS_URL';

/** The databases that the user has set; without any, two in the Postgres of `npm start`: one to copy from, and one with the live tables. */
export const upstreamStandIn: StandIn = {
  name: NAME,
  // It has no port of its own.
  preferredPort: 0,
  async open({ environment, directory, databaseUrl }) {
    const given = OWN_VARIABLES.find((variable) => environment[variable] !== undefined);
    if (given !== undefined)
      return ownService(NAME, withoutPassword(environment[given]), `yours, from ${given}`);
    // No databases are made unasked in a Postgres that is the user's own.
    if (databaseUrl === undefined) return ownService(NAME, 'none', 'UPSTREAM_DATABASE_URL is not set');
    const running = await openSandboxDatabases(databaseUrl);
    if (environment[TERMS_VARIABLE] !== undefined) return running;
    const terms = { [TERMS_VARIABLE]: await writeSampleTerms(directory) };
    return { ...running, environment: { ...running.environment, ...terms } };
  },
};

async function openSandboxDatabases(databaseUrl: string): Promise<RunningStandIn> {
  const { upstreamUrl, apiUrl } = await makeSandboxDatabases(databaseUrl);
  return {
    name: NAME,
    url: withoutPassword(upstreamUrl),
    note: `stand-in; ${new URL(apiUrl).pathname.slice(1)} has the live tables`,
    environment: { UPSTREAM_DATABASE_URL: upstreamUrl, INGESTION_DATABASE_URL: apiUrl },
    isStandIn: true,
    stop: async () => {},
  };
}

/** Says to the demo whether it may do with the databases as it likes, and whether the sensitive terms are those of the sandbox. */
export function demoState({ standIns }: RunningApp): Texts {
  const ours = standIns.find(({ name, isStandIn }) => name === NAME && isStandIn);
  return {
    databases: ours ? 'stand-ins' : 'own',
    terms: ours?.environment[TERMS_VARIABLE] === undefined ? 'own' : 'sample',
  };
}

function withoutPassword(url: string | undefined): string {
  const parsed = URL.parse(url ?? '');
  if (!parsed) return url ?? '';
  parsed.password = '';
  parsed.search = '';
  return parsed.href;
}
