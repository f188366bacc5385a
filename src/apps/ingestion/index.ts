import type { App } from '../../app-kit/app.ts';
import { ingestionSettings } from './settings.ts';

/** Tables copied from upstream, indexed, and swapped in live. */
export const ingestion: App = {
  name: 'ingestion',
  title: 'Ingestion',
  description: 'Copies tables from an upstream database, indexes them, and swaps them in live.',
  settings: ingestionSettings,
};
