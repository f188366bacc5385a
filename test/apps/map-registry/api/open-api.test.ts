import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CswClient } from '../csw/csw-client.ts';
import { insertTransaction } from '../csw/ten-records.ts';
import { RegistryService } from '../registry-service.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly example?: string | number;
}

type Operations = Readonly<Record<string, { readonly parameters?: readonly Parameter[] }>>;

/** The parameters of a search, as the original registry documents them. */
const SEARCH_PARAMETERS = [
  'q.text',
  'q.time',
  'q.geo',
  'q.user',
  'd.docs.limit',
  'd.docs.page',
  'd.docs.sort',
  'a.time.limit',
  'a.time.gap',
  'a.time.filter',
  'a.hm.limit',
  'a.hm.gridlevel',
  'a.hm.filter',
  'a.text.limit',
  'a.user.limit',
  'original_response',
  'search_engine',
  'search_engine_endpoint',
];

let service: RegistryService;
let paths: Readonly<Record<string, Operations>>;
/** Something that there is, for each part of a path. */
let filled: Readonly<Record<string, string>>;
beforeAll(async () => {
  service = await RegistryService.start();
  const operator = await service.signUp('operator', 'operator');
  await new CswClient(service).post(insertTransaction(), operator);
  const layer = await service.platform.database('map_registry.layers').orderBy('id').first('id', 'name');
  filled = {
    slug: 'hypermap',
    id: '1',
    layer: layer.id,
    name: layer.name,
    grid: 'default_grid',
    // Nothing of the layer is there, so that its server gets no request.
    z: '3',
    x: '7',
    y: '0',
    format: 'png',
  };
  ({ paths } = (await service.send('GET', '/api/openapi.json')).json);
});
afterAll(() => service.stop());

const parametersOf = (path: string) => paths[path]?.['get']?.parameters ?? [];

describe('the description of the API', () => {
  it('has every parameter of a search', () => {
    expect(parametersOf('/registry/{slug}/api/').map(({ name }) => name)).toEqual(
      expect.arrayContaining(SEARCH_PARAMETERS),
    );
  });

  it('has examples of a search that work, each alone and all together', async () => {
    const examples = parametersOf('/registry/{slug}/api/').flatMap(
      ({ name, in: place, example }): [string, string][] =>
        place === 'query' && example !== undefined ? [[name, String(example)]] : [],
    );
    expect(examples.length).toBeGreaterThan(8);
    const time: [string, string] = ['q.time', '[* TO *]'];
    for (const parameters of [
      examples,
      ...examples.map((example) => (example[0] === 'q.time' ? [example] : [time, example])),
    ]) {
      const { status, text } = await service.send('GET', `/hypermap/api/?${new URLSearchParams(parameters)}`);
      expect([parameters, status, text.slice(0, 100)]).toEqual([parameters, 200, expect.any(String)]);
    }
  });

  it('has nothing that there is not', async () => {
    const own = Object.entries(paths).filter(([path]) => path.startsWith('/registry/'));
    expect(own.length).toBeGreaterThan(12);
    for (const [path, operations] of own) {
      const address = path
        .replace(/^\/registry/, '')
        .replace(/\{(\w+)\}/g, (_whole, name: string) => filled[name] ?? '');
      for (const method of Object.keys(operations)) {
        const { status } = await service.send(method.toUpperCase(), address);
        expect([method, path, [404, 405].includes(status)]).toEqual([method, path, false]);
      }
    }
  });
});
