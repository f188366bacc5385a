import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

/** What can be wrong with a server. */
export const FAULTS = [
  /** It takes the request and never replies. */
  'hang',
  /** It sends a byte now and then. */
  'drip',
  /** The status 500. */
  'error',
  /** It redirects to itself. */
  'redirect-loop',
  /** A gigabyte. */
  'huge',
  /** A gigabyte, compressed to one mebibyte. */
  'huge-compressed',
  /** A page for people, with the status 200. */
  'page',
  /** Capabilities in Latin-1 that say UTF-16. */
  'wrong-encoding',
  /** Entities of entities, which would become gigabytes. */
  'xml-bomb',
  /** An entity that is a file. */
  'xml-file',
  /** 200,000 elements, each within the one before. */
  'deep',
  /** An element with 100,000 attributes. */
  'attributes',
  /** It cuts the connection within the reply. */
  'cut-off',
] as const;

/** One of {@link FAULTS}. */
export type Fault = (typeof FAULTS)[number];

/** Returns whether a word is one of {@link FAULTS}. */
export function isFault(word: string | undefined): word is Fault {
  return FAULTS.some((fault) => fault === word);
}

/** Does to a request what a server with the fault does. */
export function sendFault(fault: Fault, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  FAULTY_REPLIES[fault](response, request);
}

const DRIP_MILLISECONDS = 250;
const HUGE_CHUNKS = 1_024;
const CHUNK_BYTES = 1_048_576;
const DEEP_LEVELS = 200_000;
const MANY_ATTRIBUTES = 100_000;

type FaultyReply = (response: ServerResponse, request: IncomingMessage) => void;

const FAULTY_REPLIES: Readonly<Record<Fault, FaultyReply>> = {
  hang() {},
  drip(response) {
    response.writeHead(200, XML);
    response.write('<?xml version="1.0"?><WMT_MS_Capabilities version="1.1.1">');
    const timer = setInterval(() => response.write(' '), DRIP_MILLISECONDS);
    response.once('close', () => clearInterval(timer));
  },
  error(response) {
    response.writeHead(500, { 'Content-Type': 'text/plain' }).end('The database is not there');
  },
  'redirect-loop'(response, { url = '/' }) {
    const [path, query = ''] = url.split('?');
    const turns = Number(new URLSearchParams(query).get('turn') ?? 0) + 1;
    response.writeHead(302, { Location: `${path}?turn=${turns}` }).end();
  },
  huge(response) {
    response.writeHead(200, XML);
    sendStream(response, gigabyte());
  },
  'huge-compressed'(response) {
    response.writeHead(200, { ...XML, 'Content-Encoding': 'gzip' });
    sendStream(response, gigabyte().pipe(createGzip({ level: 1 })));
  },
  page(response) {
    response
      .writeHead(200, { 'Content-Type': 'text/html' })
      .end('<!DOCTYPE html><html><head><title>Maintenance<body><p>We are back soon & well.');
  },
  'wrong-encoding'(response) {
    const capabilities = `<?xml version="1.0" encoding="UTF-16"?>
      <WMT_MS_Capabilities version="1.1.1"><Service><Name>OGC:WMS</Name><Title>Gew\u00e4sser</Title></Service>
      <Capability><Layer><Title>Gew\u00e4sser</Title><SRS>EPSG:4326</SRS><Layer><Name>fluesse</Name>
      <Title>Fl\u00fcsse</Title></Layer></Layer></Capability></WMT_MS_Capabilities>`;
    response.writeHead(200, { 'Content-Type': 'text/xml' }).end(Buffer.from(capabilities, 'latin1'));
  },
  'xml-bomb'(response) {
    const levels = Array.from({ length: 12 }, (_unused, level) => {
      const content = level === 0 ? 'ha' : `&e${level - 1};`.repeat(10);
      return `<!ENTITY e${level} "${content}">`;
    });
    sendXml(response, `<!DOCTYPE WMT_MS_Capabilities [${levels.join('')}]>${capabilitiesTitled('&e11;')}`);
  },
  'xml-file'(response) {
    const entity = '<!DOCTYPE WMT_MS_Capabilities [<!ENTITY file SYSTEM "file:///etc/passwd">]>';
    sendXml(response, `${entity}${capabilitiesTitled('&file;')}`);
  },
  deep(response) {
    const levels = '<Layer>'.repeat(DEEP_LEVELS) + '</Layer>'.repeat(DEEP_LEVELS);
    sendXml(
      response,
      `<WMT_MS_Capabilities version="1.1.1"><Capability>${levels}</Capability></WMT_MS_Capabilities>`,
    );
  },
  attributes(response) {
    const attributes = Array.from({ length: MANY_ATTRIBUTES }, (_unused, index) => ` a${index}="1"`).join('');
    sendXml(response, `<WMT_MS_Capabilities version="1.1.1"${attributes}></WMT_MS_Capabilities>`);
  },
  'cut-off'(response) {
    response.writeHead(200, { ...XML, 'Content-Length': 10_000 });
    response.write('<?xml version="1.0"?><WMT_MS_Capabilities', () => response.destroy());
  },
};

const XML = { 'Content-Type': 'text/xml' };

function sendXml(response: ServerResponse, content: string): void {
  response.writeHead(200, XML).end(`<?xml version="1.0"?>${content}`);
}

function capabilitiesTitled(title: string): string {
  return `<WMT_MS_Capabilities version="1.1.1"><Service><Name>OGC:WMS</Name><Title>${title}</Title></Service><Capability><Layer><Title>${title}</Title><SRS>EPSG:4326</SRS><Layer><Name>a</Name><Title>${title}</Title></Layer></Layer></Capability></WMT_MS_Capabilities>`;
}

/** Sends until the other side closes the connection. */
function sendStream(response: ServerResponse, stream: NodeJS.ReadableStream & { destroy(): void }): void {
  response.once('close', () => stream.destroy());
  stream.pipe(response);
}

function gigabyte(): Readable {
  const chunk = Buffer.alloc(CHUNK_BYTES, ' ');
  return Readable.from(
    (function* () {
      for (let count = 0; count < HUGE_CHUNKS; count += 1) yield chunk;
    })(),
  );
}
