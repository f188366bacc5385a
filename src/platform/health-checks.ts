import { randomUUID } from 'node:crypto';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pendingMigrations } from './database/migrations.ts';
import type { HealthCheck } from './health.ts';
import type { Platform } from './platform.ts';

const GIBIBYTE = 1024 ** 3;
const MEBIBYTE = 1024 ** 2;

/** Room for a large input of a task. */
const LEAST_FREE_DISK_BYTES = GIBIBYTE;

const LEAST_FREE_MEMORY_BYTES = 100 * MEBIBYTE;

/**
 * Checks what the platform gives to everything else, seen from this process and its machine. The names are those that
 * dashboards and alerts of the deployed service know.
 *
 * @param migrated the folders whose migrations must all be applied.
 */
export function platformHealthChecks(platform: Platform, migrated: readonly string[]): HealthCheck[] {
  const { cache, database, settings } = platform;
  const { scratchDirectory } = settings;
  return [
    { name: 'Cache backend: default', check: () => cache.ping() },
    {
      name: 'DatabaseBackend',
      async check() {
        await database.raw('SELECT 1');
      },
    },
    { name: 'DefaultFileStorageHealthCheck', check: () => checkWritable(scratchDirectory) },
    { name: 'DiskUsage', check: () => checkDiskSpace(scratchDirectory) },
    {
      name: 'MemoryUsage',
      async check() {
        const freeBytes = process.availableMemory();
        if (freeBytes < LEAST_FREE_MEMORY_BYTES) {
          throw new Error(`${Math.floor(freeBytes / MEBIBYTE)} MiB are free; at least 100 MiB should be`);
        }
      },
    },
    {
      name: 'MigrationsHealthCheck',
      async check() {
        const pending = await pendingMigrations(database, migrated);
        if (pending.length > 0) throw new Error(`still to run: ${pending.join(', ')}`);
      },
    },
  ];
}

async function checkWritable(directory: string): Promise<void> {
  const file = join(directory, `health-check-${randomUUID()}`);
  await mkdir(directory, { recursive: true });
  try {
    await writeFile(file, 'written by the health check');
  } finally {
    await rm(file, { force: true });
  }
}

async function checkDiskSpace(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const { bavail, bsize } = await statfs(directory);
  const freeBytes = bavail * bsize;
  if (freeBytes < LEAST_FREE_DISK_BYTES) {
    throw new Error(
      `${Math.floor(freeBytes / MEBIBYTE)} MiB are free where ${directory} is; at least 1024 MiB should be`,
    );
  }
}
