import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { eventually } from '../../test/support/eventually.ts';

const APACHE = '/usr/sbin/apache2';
const MODULES = '/usr/lib/apache2/modules';

/** Apache with MapCache, as a peer of our tile cache. */
export interface MapCachePeer {
  readonly pid: number;
  readonly url: string;
  /** The path of a tile of the grid `WGS84`. */
  readonly pathOf: (level: number, row: number, column: number) => string;
  stop(): Promise<void>;
}

/**
 * Starts Apache's event server with MapCache (Debian's `apache2` and `libapache2-mod-mapcache`), whose tiles come from a map service and
 * are kept on disk. Returns `undefined` where they are not installed.
 */
export async function startMapCache(mapServiceUrl: string, layer: string): Promise<MapCachePeer | undefined> {
  if (!(await isInstalled())) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'bench-mapcache-'));
  await mkdir(join(folder, 'tiles'));
  // As root, Apache's processes run as another user.
  await chmod(folder, 0o777);
  await chmod(join(folder, 'tiles'), 0o777);
  const port = await getPort({ host: '127.0.0.1' });
  await writeFile(join(folder, 'mapcache.xml'), mapCacheXml(folder, mapServiceUrl, layer));
  await writeFile(join(folder, 'apache.conf'), apacheConf(folder, port));
  const apache = spawn(APACHE, ['-f', join(folder, 'apache.conf'), '-DFOREGROUND'], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => (await fetch(`${url}/mapcache/wmts/1.0.0/WMTSCapabilities.xml`)).ok);
  return {
    pid: apache.pid ?? -1,
    url,
    pathOf: (level, row, column) =>
      `/mapcache/wmts/1.0.0/${layer}/default/WGS84/${level}/${row}/${column}.jpg`,
    stop: async () => {
      await end(apache);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function isInstalled(): Promise<boolean> {
  try {
    await access(APACHE);
    await access(join(MODULES, 'mod_mapcache.so'));
    return true;
  } catch {
    return false;
  }
}

async function end(apache: ChildProcess): Promise<void> {
  if (apache.exitCode !== null) return;
  const ended = once(apache, 'exit');
  apache.kill('SIGTERM');
  await ended;
}

function mapCacheXml(folder: string, mapServiceUrl: string, layer: string): string {
  return `<mapcache>
  <source name="maps" type="wms">
    <http><url>${mapServiceUrl}</url></http>
    <getmap><params><FORMAT>image/jpeg</FORMAT><LAYERS>${layer}</LAYERS></params></getmap>
  </source>
  <cache name="disk" type="disk"><base>${join(folder, 'tiles')}</base></cache>
  <format name="jpeg" type="JPEG"><quality>75</quality></format>
  <tileset name="${layer}"><source>maps</source><cache>disk</cache><format>jpeg</format><grid>WGS84</grid></tileset>
  <service type="wmts" enabled="true"/>
  <lock_dir>${folder}</lock_dir>
</mapcache>
`;
}

function apacheConf(folder: string, port: number): string {
  return `ServerRoot ${folder}
ServerName localhost
Listen 127.0.0.1:${port}
PidFile ${join(folder, 'pid')}
ErrorLog ${join(folder, 'error.log')}
DefaultRuntimeDir ${folder}
LoadModule mpm_event_module ${MODULES}/mod_mpm_event.so
LoadModule authz_core_module ${MODULES}/mod_authz_core.so
LoadModule mapcache_module ${MODULES}/mod_mapcache.so
${process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''}
KeepAlive On
MaxKeepAliveRequests 0
# As our one server process.
StartServers 1
ServerLimit 1
ThreadsPerChild 25
MaxRequestWorkers 25
<Directory ${folder}>
  Require all granted
</Directory>
<Location /mapcache>
  Require all granted
</Location>
MapCacheAlias /mapcache ${join(folder, 'mapcache.xml')}
`;
}
