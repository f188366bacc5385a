import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian's Python, which has Debian's `python3-gdal`. */
const PYTHON = '/usr/bin/python3';

const MODULE = 'osgeo_utils.samples.validate_cloud_optimized_geotiff';

const isInstalled = spawnSync(PYTHON, ['-c', `import ${MODULE}`]).status === 0;

const PROGRAM = `
import json, sys
from ${MODULE} import validate
warnings, errors, _ = validate(sys.argv[1], full_check=True)
print(json.dumps(warnings + errors))
`;

/** What GDAL's validator says against a file, each block read; nothing where it is not installed. */
export async function faultsOfCogByGdal(path: string): Promise<readonly string[]> {
  if (!isInstalled) return [];
  const { stdout } = await run(PYTHON, ['-c', PROGRAM, path]);
  const faults: string[] = JSON.parse(stdout);
  return faults;
}
