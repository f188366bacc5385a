// What `apps-plugin.ts` makes when the front end is bundled: the pages of every app in src/apps/.
declare module 'virtual:apps' {
  import type { AppPages } from '../../app-kit/pages/index.ts';

  /** An app that has pages. */
  export interface AppModule {
    readonly name: string;
    readonly module: AppPages;
  }

  export const apps: readonly AppModule[];
}
