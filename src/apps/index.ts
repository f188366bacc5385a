import type { App } from './app.ts';
import { composite } from './composite/index.ts';

/** The installed apps. */
export const apps: readonly App[] = [composite];
