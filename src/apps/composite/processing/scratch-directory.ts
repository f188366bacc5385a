import { join } from 'node:path';
import type { PlatformSettings } from '../../../platform/settings.ts';

/** Where a member's work in progress is written; whatever becomes of the member, it is removed in the end. */
export function scratchDirectoryOf(
  memberId: string,
  settings: Pick<PlatformSettings, 'scratchDirectory'>,
): string {
  return join(settings.scratchDirectory, memberId);
}
