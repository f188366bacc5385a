import { spawnSync } from 'node:child_process';

/** Whether GDAL's programs are on the `PATH` of this machine. */
export const isGdalInstalled: boolean = spawnSync('gdalwarp', ['--version']).status === 0;
