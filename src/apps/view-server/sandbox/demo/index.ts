import type { AppDemo } from '../../../../app-kit/sandbox/app-demo.ts';

/** Takes three made-up scenes to a map: `npm run demo -- view-server`. */
export const demo: AppDemo = {
  summary: 'takes three made-up scenes from packages to a map',
  description:
    'Draws three scenes, pushes their packages as a Redis client, follows them through preprocess, register and seed, and stores a picture of the map.',
  prepare: async () => ({
    title: 'three made-up scenes, from packages to a map',
    async run(context) {
      const { showMap } = await import('./show-map.ts');
      await showMap(context);
    },
  }),
};
