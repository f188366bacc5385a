import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import getPort from 'get-port';
import { createAdministrator } from '../src/admin/administrators.ts';
import { type LocalServer, listenLocally } from '../src/app-kit/sandbox/local-server.ts';
import { ADA, AdminClient } from './admin/admin-client.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';
import { eventually } from './support/eventually.ts';
import { type NodeProcess, startNodeProcess } from './support/node-process.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SAMPLE = join(ROOT, 'test/fixtures/greetings');
const run = promisify(execFile);

/** A copy of the project to which the sample app was added as docs/new-app.md says. */
let project: string;
let test: TestDatabase;
let environment: NodeJS.ProcessEnv;
let server: NodeProcess;
let engine: NodeProcess;
let url: string;
/** Stands for a board of the operator's. */
let board: LocalServer;
const notices: string[] = [];

beforeAll(async () => {
  [project, test, board] = await Promise.all([
    copyProject(),
    createTestDatabase({ migrated: false }),
    listenLocally(async (request, response) => {
      notices.push(await text(request));
      response.writeHead(204).end();
    }),
  ]);
  environment = {
    INSTALLED_APPS: 'greetings',
    DATABASE_URL: test.url,
    DJANGO_SECRET_KEY: 'the secret key of a test, fifty characters long ok',
    GREETINGS_SALUTATION: 'Good morning',
    GUNICORN_WORKERS: '1',
    GREETINGS_BOARD_URL: board.url,
  };
  await manage('migrate');
  await createAdministrator(test.database, ADA);
  // Found at the last moment: other tests take ports too.
  const port = await getPort();
  url = `http://127.0.0.1:${port}`;
  environment = { ...environment, PORT: String(port), WEB_SERVER_HOSTNAME: `127.0.0.1:${port}` };
  engine = startNodeProcess(join(project, 'dist/engine.js'), environment);
  server = startNodeProcess(join(project, 'dist/server.js'), environment);
  await engine.waitForLine(({ msg }) => msg === 'engine started');
  await server.waitForLine(({ msg }) => msg === 'listening');
}, 300_000);

afterAll(async () => {
  for (const started of [server, engine]) {
    started?.kill('SIGTERM');
    await started?.ended;
  }
  await board?.close();
  await test?.drop();
  if (project) await rm(project, { recursive: true });
});

/** Copies what is built, adds the sample app's folders and its one line, and builds. */
async function copyProject(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'new-app-'));
  for (const part of ['src', 'migrations', 'package.json', 'tsconfig.json', 'tsconfig.build.json']) {
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  }
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await cp(join(SAMPLE, 'src'), join(folder, 'src'), { recursive: true });
  await cp(join(SAMPLE, 'migrations'), join(folder, 'migrations'), { recursive: true });
  const installed = join(folder, 'src/installed.ts');
  const line = "export { greetings } from './apps/greetings/index.ts';\n";
  await writeFile(installed, `${await readFile(installed, 'utf8')}${line}`);
  const node = (...args: string[]) => run(process.execPath, args, { cwd: folder });
  await node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
  await node('src/admin/build-front-end.ts');
  // What the other app does is gone: a process that loaded it could not start.
  for (const part of ['admin', 'api', 'dlcs', 'formatting', 'origin', 'rasterizers', 'sandbox']) {
    await rm(join(folder, 'dist/apps/composite', part), { recursive: true });
  }
  return folder;
}

async function manage(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [join(project, 'dist/manage.js'), ...args], {
    env: { PATH: process.env['PATH'], ...environment },
  });
  return stdout;
}

async function post(body: unknown): Promise<Response> {
  return fetch(`${url}/greetings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

interface Greeting {
  readonly id: string;
  readonly state: string;
  readonly said: string | null;
}

/** Signs in to the admin; returns what reads its JSON. */
async function signIn(): Promise<(path: string) => Promise<unknown>> {
  const client = new AdminClient({ url: `${url}/admin` });
  await client.login();
  return async (path) => (await client.get(path)).json();
}

async function getGreeting(id: string): Promise<Greeting> {
  return (await (await fetch(`${url}/greetings/${id}`)).json()) as Greeting;
}

describe('the sample app, installed alone', () => {
  it('answers its routes, and its task runs with its setting', async () => {
    const response = await post({ name: 'Ada' });
    expect(response.status).toBe(202);
    const { id } = (await response.json()) as Greeting;
    const greeting = await eventually(async () => {
      const current = await getGreeting(id);
      return current.state === 'SAID' ? current : undefined;
    });
    expect(greeting.said).toBe('Good morning, Ada!');
  });

  it('refuses what is no name, with the reason', async () => {
    const response = await post({ name: '<script>' });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('has to be a name');
  });

  it('has no routes, checks and variables of other apps', async () => {
    expect((await fetch(`${url}/customers/1/queue`, { method: 'POST' })).status).toBe(404);
    const health = await (await fetch(`${url}/health-check/?format=json`)).json();
    expect(health).toMatchObject({ greetings: 'working', engine: 'working' });
    expect(Object.keys(Object(health))).not.toContain('S3');
  });

  it('describes its routes in the description of the API', async () => {
    const { paths, info } = (await (await fetch(`${url}/openapi.json`)).json()) as {
      paths: object;
      info: { description: string };
    };
    expect(Object.keys(paths)).toEqual(['/greetings', '/greetings/{id}', '/health-check/']);
    expect(info.description).toBe('Greets people, politely and in the background.');
  });

  it('counts in /metrics what was said', async () => {
    const { id } = (await (await post({ name: 'Grace' })).json()) as Greeting;
    await eventually(async () => (await getGreeting(id)).state === 'SAID');
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^greetings_said [1-9]/m);
  });

  it('has its command among the management commands', async () => {
    expect(await manage('--help')).toMatch(/Greetings:\s+greet .*have somebody greeted/);
    const said = await manage('greet', 'Emmy');
    const id = /Greeting (\S+) is queued/.exec(said)?.[1] ?? '';
    await eventually(async () => (await getGreeting(id)).said === 'Good morning, Emmy!');
  });

  it('has its schedule from the start of its engine on', async () => {
    const schedules = await test.database
      .withSchema('queue')
      .table('schedules')
      .select('name', 'func', 'cluster');
    expect(schedules).toEqual([{ name: 'greetings.forget', func: 'greetings.forget', cluster: 'greetings' }]);
  });

  it('has its greeting written on the board', async () => {
    const { id } = (await (await post({ name: 'Sofja' })).json()) as Greeting;
    await eventually(async () => (await getGreeting(id)).state === 'SAID');
    expect(notices).toContain('Good morning, Sofja!');
  });

  it('shows its list and its tasks in the admin, by what they are about', async () => {
    const { id } = (await (await post({ name: 'Maryam' })).json()) as Greeting;
    await eventually(async () => (await getGreeting(id)).state === 'SAID');
    const admin = await signIn();
    const list = await admin('/api/apps/greetings/greetings?state=SAID');
    expect(list).toMatchObject({ rows: expect.arrayContaining([expect.objectContaining({ id })]) });
    await eventually(async () =>
      JSON.stringify(await admin('/api/queue/tasks/successful-tasks')).includes('"Maryam"'),
    );
  });

  it('has a demo, for which everything is brought up on one machine', async () => {
    const { stdout } = await run(process.execPath, [join(project, 'dist/demo.js'), 'greetings', 'Hypatia'], {
      cwd: project,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        INSTALLED_APPS: 'greetings',
        STANDALONE_DATA_DIRECTORY: join(project, '.data'),
      },
    });
    expect(stdout).toContain('Hello, Hypatia!');
  }, 300_000);
});
