import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { API, discoveryDocument } from '../../../../src/apps/render/api/task-queue/discovery.ts';
import { RenderService } from '../render-service.ts';

type Operations = Readonly<Record<string, { readonly parameters?: readonly { readonly name: string }[] }>>;

let service: RenderService;
let paths: Readonly<Record<string, Operations>>;
beforeAll(async () => {
  service = await RenderService.start();
  ({ paths } = JSON.parse((await service.send('GET', '/openapi.json')).text));
});
afterAll(() => service.stop());

/** Something that there is, for each part of a path. */
const FILLED: Readonly<Record<string, string>> = {
  project: 'a-project',
  taskqueue: 'letters',
  task: 'a-task',
  version: 'v1beta2',
  name: 'grid',
};

describe('the description of the API', () => {
  it('has every call of the discovery document, with its parameters', () => {
    const { resources }: { resources: Record<string, { methods: Record<string, DiscoveredMethod> }> } =
      JSON.parse(JSON.stringify(discoveryDocument(`${service.url}/`)));
    const methods = Object.values(resources).flatMap((resource) => Object.values(resource.methods));
    expect(methods).toHaveLength(8);
    for (const { path, httpMethod, parameters } of methods) {
      const operation = paths[`/${API.name}/${API.version}/projects/${path}`]?.[httpMethod.toLowerCase()];
      expect(operation?.parameters?.map(({ name }) => name).toSorted()).toEqual(
        Object.keys(parameters).toSorted(),
      );
    }
  });

  it('has the discovery document, the health, the version and the worksheets', () => {
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/api/taskqueue/{version}',
        '/_ah/health',
        '/version',
        '/render/resources',
        '/render/resources/{name}',
        '/render/resources/{name}.pdf',
        '/render/resources/{name}.svg',
        '/render/resources/{name}.png',
      ]),
    );
  });

  it('has nothing that there is not', async () => {
    await service.insert({ id: FILLED['task'] });
    for (const [path, operations] of Object.entries(paths)) {
      const filled = path.replace(/\{(\w+)\}/g, (_whole, name: string) => FILLED[name] ?? '');
      for (const method of Object.keys(operations)) {
        const { status } = await service.send(method.toUpperCase(), filled);
        expect([404, 405]).not.toContain(status);
      }
    }
  });
});

interface DiscoveredMethod {
  readonly path: string;
  readonly httpMethod: string;
  readonly parameters: object;
}
