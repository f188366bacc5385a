import { parentPort } from 'node:worker_threads';
import { errorMessage } from '../../../../platform/error-message.ts';
import { decodeParts } from '../../fetching/decode-text.ts';
import { readTileMap } from '../tms/read-tile-map.ts';
import { readTileMapService } from '../tms/read-tile-map-service.ts';
import { readWms } from '../wms/read-wms.ts';
import { readWmts } from '../wmts/read-wmts.ts';
import type { DescriptionReply, DescriptionRequest } from './description-messages.ts';
import type { Description, DescriptionKind } from './descriptions.ts';

/** Characters of the message of a parser, which quotes the document. */
const MOST_MESSAGE = 200;

const READERS: Readonly<
  Record<DescriptionKind, (parts: Iterable<string>, maximumLayers: number) => Description>
> = {
  wms: readWms,
  wmts: readWmts,
  'tile-map-service': readTileMapService,
  'tile-map': readTileMap,
};

function read({ kind, body, contentType, maximumLayers }: DescriptionRequest): DescriptionReply {
  try {
    return { kind: 'read', description: READERS[kind](decodeParts(body, contentType), maximumLayers) };
  } catch (error) {
    return { kind: 'failed', message: describe(error) };
  }
}

function describe(error: unknown): string {
  const [line = ''] = errorMessage(error).split('\n');
  return line.slice(0, MOST_MESSAGE).toWellFormed();
}

parentPort?.on('message', (request: DescriptionRequest) => parentPort?.postMessage(read(request)));
