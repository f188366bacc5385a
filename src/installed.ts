import type { App } from './app-kit/app.ts';
import { composite } from './apps/composite/index.ts';

/** The installed apps. */
export const apps: readonly App[] = [composite];
