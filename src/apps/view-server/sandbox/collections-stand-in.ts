import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningApp, Texts } from '../../../app-kit/sandbox/app-sandbox.ts';
import { ownService, type StandIn } from '../../../app-kit/sandbox/stand-in.ts';

const NAME = 'Map collections';

/** Variables that say where the user's own files are. */
const OWN_VARIABLES = ['VIEW_SERVER_COLLECTIONS', 'VIEW_SERVER_SOURCE', 'VIEW_SERVER_TARGET'];

/** The id of the collection. */
export const SCENES = 'scenes';

/** The collections that the user has set; without any, one of scenes whose tiles are seeded. */
export const collectionsStandIn: StandIn = {
  name: NAME,
  // It has no port.
  preferredPort: 0,
  async open({ environment, directory }) {
    const given = OWN_VARIABLES.find((variable) => environment[variable] !== undefined);
    if (given !== undefined) return ownService(NAME, environment[given] ?? '', `yours, from ${given}`);
    const file = join(directory, 'collections.yaml');
    await writeFile(file, COLLECTIONS);
    return {
      name: NAME,
      url: file,
      note: `stand-in; a collection ${SCENES} of the buckets packages and products`,
      environment: { VIEW_SERVER_COLLECTIONS: file, COLLECTION: SCENES },
      isStandIn: true,
      stop: async () => {},
    };
  },
};

/** Says to the demo whether it may put packages where the server looks for them. */
export function demoState({ standIns }: RunningApp): Texts {
  const isOurs = standIns.some(({ name, isStandIn }) => name === NAME && isStandIn);
  return { collections: isOurs ? 'stand-in' : 'own' };
}

const COLLECTIONS = `# Made by \`npm start\`: it is written again at each start. To have collections of your own, set VIEW_SERVER_COLLECTIONS.
collections:
  ${SCENES}:
    title: Scenes
    source: { type: s3, kwargs: { bucket: packages } }
    target: { type: s3, replace: true, kwargs: { bucket: products } }
    metadata_glob: '*.xml'
    preprocessing:
      defaults:
        data_file_globs: ['*.tif']
        output: { options: { dstSRS: EPSG:4326, dstNodata: 0 } }
    registrar:
      replace: true
    products:
      types:
        '':
          default_browse: TRUE_COLOR
          browses:
            TRUE_COLOR:
              red: { band: 1, range: [0, 255], nodata: 0 }
              green: { band: 2, range: [0, 255], nodata: 0 }
              blue: { band: 3, range: [0, 255], nodata: 0 }
    seeding: { enabled: true, min_zoom: 0, max_zoom: 10 }
`;
