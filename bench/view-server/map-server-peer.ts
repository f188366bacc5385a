import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { access, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../../test/support/eventually.ts';

/** The name of the layer. */
export const PEER_LAYER = 'image';

/** A FastCGI program gets its socket as standard input; Node cannot give it one that listens, Debian's Python can. */
const LISTEN_AND_BECOME = `
import os, socket, sys
listening = socket.socket(socket.AF_UNIX)
listening.bind(sys.argv[1])
listening.listen(64)
os.dup2(listening.fileno(), 0)
os.execv(sys.argv[2], sys.argv[2:])
`;

const PYTHON = '/usr/bin/python3';
const MAP_SERVER = '/usr/bin/mapserv';

/** MapServer as FastCGI processes, without a web server before them. */
export class MapServerPeer {
  readonly #processes: readonly ChildProcess[];
  /** The socket of each process. */
  readonly sockets: readonly string[];

  private constructor(processes: readonly ChildProcess[], sockets: readonly string[]) {
    this.#processes = processes;
    this.sockets = sockets;
  }

  /** Starts so many processes that draw an image. @returns `undefined` where MapServer is not installed. */
  static async start(
    folder: string,
    imageFile: string,
    processCount: number,
  ): Promise<MapServerPeer | undefined> {
    if (!(await isInstalled())) return undefined;
    const mapFile = join(folder, 'peer.map');
    const configFile = join(folder, 'mapserver.conf');
    await writeFile(mapFile, mapFileOf(imageFile));
    await writeFile(configFile, `CONFIG\n ENV\n MS_MAPFILE "${mapFile}"\n END\nEND\n`);
    const processes: ChildProcess[] = [];
    const sockets: string[] = [];
    for (let index = 0; index < processCount; index += 1) {
      const socket = join(folder, `peer-${index}.sock`);
      processes.push(
        spawn(PYTHON, ['-c', LISTEN_AND_BECOME, socket, MAP_SERVER], {
          stdio: 'ignore',
          env: { ...process.env, MAPSERVER_CONFIG_FILE: configFile, MS_MAPFILE: mapFile },
        }),
      );
      await eventually(() => access(socket).then(() => true));
      sockets.push(socket);
    }
    return new MapServerPeer(processes, sockets);
  }

  /** The processes. */
  get pids(): readonly number[] {
    return this.#processes.flatMap(({ pid }) => pid ?? []);
  }

  stop(): void {
    // It waits for a request before it heeds a signal that can be caught.
    for (const child of this.#processes) child.kill('SIGKILL');
  }
}

async function isInstalled(): Promise<boolean> {
  try {
    await promisify(execFile)(MAP_SERVER, ['-v']);
    return true;
  } catch {
    return false;
  }
}

/** Bilinear, JPEG with quality 75; the image stays open between requests. */
function mapFileOf(imageFile: string): string {
  return `MAP
  NAME "peer"
  SIZE 256 256
  EXTENT -180 -90 180 90
  MAXSIZE 4096
  PROJECTION "init=epsg:4326" END
  OUTPUTFORMAT
    NAME "jpeg"
    DRIVER "AGG/JPEG"
    MIMETYPE "image/jpeg"
    IMAGEMODE RGB
    EXTENSION "jpg"
    FORMATOPTION "QUALITY=75"
  END
  WEB METADATA "wms_title" "peer" "wms_onlineresource" "http://localhost/" "wms_srs" "EPSG:4326 EPSG:3857" "wms_enable_request" "*" END END
  LAYER
    NAME "${PEER_LAYER}"
    TYPE RASTER
    STATUS ON
    DATA "${imageFile}"
    PROJECTION "init=epsg:4326" END
    PROCESSING "RESAMPLE=BILINEAR"
    PROCESSING "CLOSE_CONNECTION=DEFER"
  END
END
`;
}
