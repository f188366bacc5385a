import type { Request, Response } from 'express';
import type { Tile } from '../tile-cache/tile.ts';

/** Sends a tile, or 304 if the client has it. @param keepSeconds for how long clients and proxies may keep it. */
export function sendTile(
  request: Request,
  response: Response,
  tile: Tile,
  keepSeconds: number,
  others: Readonly<Record<string, string>> = {},
): void {
  const etag = `"${tile.etag}"`;
  const headers: Record<string, string | number> = {
    ETag: etag,
    'Cache-Control': keepSeconds > 0 ? `public, max-age=${keepSeconds}` : 'no-cache',
    'Last-Modified': tile.made.toUTCString(),
    ...others,
  };
  if (hasTag(request.get('If-None-Match'), etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, {
    ...headers,
    'Content-Type': tile.contentType,
    'Content-Length': tile.content.length,
  });
  response.end(request.method === 'HEAD' ? undefined : tile.content);
}

function hasTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((each) => [etag, '*'].includes(each.trim().replace(/^W\//, '')));
}
