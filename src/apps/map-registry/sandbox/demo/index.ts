import type { AppDemo } from '../../../../app-kit/sandbox/app-demo.ts';

/** Registers three servers of made-up maps: `npm run demo -- map-registry`. */
export const demo: AppDemo = {
  summary: 'registers three map servers, and watches one fail',
  description:
    'Adds the endpoints of three servers of made-up maps, follows their detection, harvest, checks and index, searches them, breaks one server, and stores a picture of all layers.',
  prepare: async () => ({
    title: 'three map servers, found, checked and searched',
    async run(context) {
      const { showRegistry } = await import('./show-registry.ts');
      await showRegistry(context);
    },
  }),
};
