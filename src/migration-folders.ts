import type { InstalledApps } from './app-kit/installed-apps.ts';

/** The folders of `migrations/` that an installation runs: those of the queue, of the admin, and of its apps. */
export function migrationFoldersOf({ list }: Pick<InstalledApps, 'list'>): readonly string[] {
  return ['queue', 'admin', ...list.map(({ name }) => name)];
}
