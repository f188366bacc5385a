import { makeValidator } from 'envalid';
import { AllowedNetworks, allowedNetworks } from '../../platform/http/outgoing/allowed-networks.ts';
import { accepting, spellings } from '../../platform/settings/leniency.ts';
import { defineSection } from '../../platform/settings/section.ts';
import {
  boolean,
  httpUrl,
  LONGEST_TIMER_SECONDS,
  oneOf,
  refuse,
  text,
  texts,
  wholeNumber,
} from '../../platform/settings/values.ts';
import { optionalVariable, variable } from '../../platform/settings/variable.ts';
import { OriginHttpRules, originHttpRules } from './origin-http-rules.ts';

/** The rasterizers that `PDF_RASTERIZER_ENGINE` may name. */
const RASTERIZER_ENGINES = ['pdfium', 'poppler', 'pdf2pic'] as const;

/** What draws the pages of a PDF. */
export type RasterizerEngine = (typeof RASTERIZER_ENGINES)[number];

const BROKEN_PAGES = ['fail', 'blank'] as const;

const PAGE_FORMATS = ['ppm', 'jpg', 'png', 'tiff'] as const;

/** The image formats that pages are stored in; `jpeg` is read as `jpg`. */
export type PageFormat = (typeof PAGE_FORMATS)[number];

const knownPageFormat = makeValidator<PageFormat>((input) => {
  const word = input.trim().toLowerCase();
  if (word === 'jpeg') return 'jpg';
  return PAGE_FORMATS.find((format) => format === word) ?? refuse('one of ppm, jpeg, jpg, png, tiff');
});

const pageFormat = accepting(knownPageFormat, spellings({ tif: 'tiff' }));

/** Where PDFs come from, how their pages are drawn, and where the pages go. */
export const compositeSettings = defineSection({
  name: 'composite',
  prefixes: ['COMPOSITE_', 'ORIGIN_', 'PDF_RASTERIZER_', 'DLCS_'],
  variables: {
    submissions: {
      /** Members of one customer that may wait when a further collection is submitted; 0 for no limit. */
      mostWaitingMembers: variable('COMPOSITE_MAX_WAITING_MEMBERS', wholeNumber(0, 1_000_000), {
        default: '0',
        meaning:
          'A customer that has so many members waiting cannot submit another collection until fewer wait: the response is 429, with `Retry-After`. 0 for no limit.',
      }),
    },
    origin: {
      chunkSizeBytes: variable('ORIGIN_CHUNK_SIZE', wholeNumber(1, 1024 ** 3), {
        default: '8192',
        meaning:
          'Bytes of a PDF that are held in memory on their way to the disk before the origin has to wait.',
      }),
      timeoutSeconds: variable('ORIGIN_TIMEOUT', wholeNumber(1, LONGEST_TIMER_SECONDS), {
        default: '60',
        meaning: 'Seconds that an origin may be silent, before and between the bytes that it sends.',
      }),
      maximumSizeBytes: variable('ORIGIN_MAX_SIZE', wholeNumber(0), {
        default: '2147483647',
        meaning:
          'The largest PDF that is fetched, in bytes; 0 for no limit. PDFium reads no more than the default.',
      }),
      downloadTimeoutSeconds: variable('ORIGIN_DOWNLOAD_TIMEOUT', wholeNumber(0, LONGEST_TIMER_SECONDS), {
        default: '1800',
        meaning: 'Seconds that fetching one PDF may take in all, with every try; 0 for no limit.',
      }),
      allowedNetworks: optionalVariable('ORIGIN_ALLOWED_NETWORKS', allowedNetworks, {
        example: '10.1.0.0/16,files.example.org',
        meaning:
          'Where origins may be besides the public internet, separated by commas: addresses, networks, hosts (`files.example.org`, or `.example.org` with all below it), and the names `loopback`, `linklocal` and `uniquelocal`. See [composite.md](docs/apps/composite.md#where-origins-may-be).',
      }),
      bucketNames: optionalVariable('ORIGIN_S3_BUCKETS', texts, {
        example: 'scans,reports',
        meaning: 'The buckets that `s3://` origins may be in, separated by commas. Not set: none.',
      }),
      httpRules: optionalVariable('ORIGIN_HTTP_RULES', originHttpRules, {
        meaning:
          'Headers for the requests that fetch origins, in JSON, by customer and by a regular expression of URLs. See [composite.md](docs/apps/composite.md#headers-for-origins).',
        isSecret: true,
      }),
    },
    rasterizer: {
      engine: variable('PDF_RASTERIZER_ENGINE', oneOf(RASTERIZER_ENGINES), {
        default: 'pdfium',
        meaning:
          'What draws the pages: `pdfium` (nothing to install), `poppler` (needs its `pdftoppm`) or `pdf2pic` (needs GraphicsMagick and Ghostscript).',
      }),
      /** Pages at a time. */
      threadCount: variable(
        'PDF_RASTERIZER_THREAD_COUNT',
        accepting(wholeNumber(1, 256), spellings({ '0': '1' })),
        {
          default: '3',
          meaning:
            'Pages that one worker draws at a time; each takes about one core. `pdfium` draws no more at a time than the machine has cores.',
        },
      ),
      dpi: variable('PDF_RASTERIZER_DPI', wholeNumber(1, 4800), {
        default: '500',
        meaning: 'Pixels per inch, up to 4800.',
      }),
      /** For a page that is too large at `dpi`. */
      fallbackDpi: variable('PDF_RASTERIZER_FALLBACK_DPI', wholeNumber(1, 4800), {
        default: '200',
        meaning: 'Pixels per inch of a page that is too large to be drawn at `PDF_RASTERIZER_DPI`.',
      }),
      format: variable('PDF_RASTERIZER_FORMAT', pageFormat, {
        default: 'jpg',
        meaning: '`jpg` or `jpeg`, `png`, `tiff` or `ppm`.',
      }),
      /** The longest edge that is stored; 0 for no limit. */
      maximumLengthPixels: variable('PDF_RASTERIZER_MAX_LENGTH', wholeNumber(0), {
        default: '0',
        meaning:
          'Pixels that the longer edge of an image may have; a larger image is scaled down. 0 for no limit.',
      }),
      /** For one page, and for opening the PDF; 0 for no limit. */
      pageTimeoutSeconds: variable('PDF_RASTERIZER_PAGE_TIMEOUT', wholeNumber(0, LONGEST_TIMER_SECONDS), {
        default: '300',
        meaning: 'Seconds that drawing one page may take, and opening a PDF; 0 for no limit.',
      }),
      /** 0 for no limit. */
      maximumPages: variable('PDF_RASTERIZER_MAX_PAGES', wholeNumber(0), {
        default: '10000',
        meaning: 'Pages that one PDF may have; 0 for no limit.',
      }),
      brokenPages: variable('PDF_RASTERIZER_BROKEN_PAGES', oneOf(BROKEN_PAGES), {
        default: 'fail',
        meaning:
          'What becomes of a PDF with a page that cannot be drawn: `fail` (the member fails), or `blank` (that page is stored white, with a warning).',
      }),
      useCropBox: variable('PDF_RASTERIZER_USE_CROPBOX', boolean, {
        default: 'False',
        meaning: 'Draw the crop box of each page, in place of its media box.',
      }),
    },
    dlcs: {
      /** No slash at the end. */
      apiRoot: variable('DLCS_API_ROOT', httpUrl, {
        default: 'https://api.dlcs.digirati.io',
        meaning: 'The API of the DLCS, with or without a slash at the end.',
      }),
      /** Images in one batch. */
      batchSize: variable('DLCS_BATCH_SIZE', wholeNumber(1), {
        default: '100',
        meaning: 'Images in one batch, at most.',
      }),
      timeoutSeconds: variable('DLCS_TIMEOUT', wholeNumber(1, LONGEST_TIMER_SECONDS), {
        default: '60',
        meaning:
          'Seconds that the DLCS may take to respond. It is also how long a batch whose response was lost is looked for before it is posted again.',
      }),
    },
    callers: {
      refusalMemorySeconds: variable('DLCS_REFUSAL_MEMORY', wholeNumber(0, LONGEST_TIMER_SECONDS), {
        default: '10',
        meaning:
          'Seconds for which the API refuses credentials again without asking the DLCS; 0 to ask each time.',
      }),
      /** In a minute, of one client; 0 for no limit. */
      maximumRefusals: variable('DLCS_MAX_REFUSALS', wholeNumber(0), {
        default: '60',
        meaning:
          'Wrong credentials that one client address may send in a minute; more return 429. Each server process counts by itself. 0 for no limit.',
      }),
      /** At a time, of one server process. */
      maximumQuestions: variable('DLCS_MAX_QUESTIONS', wholeNumber(1, 10_000), {
        default: '64',
        meaning: 'Credentials that one server process asks the DLCS about at a time; other requests wait.',
      }),
    },
    storage: {
      bucketName: variable('DLCS_S3_BUCKET_NAME', text, {
        default: 'dlcs-composite-images',
        meaning: 'The bucket that images are stored in. The DLCS must be able to read it.',
      }),
      /** No slashes at either end; empty where keys start with nothing. */
      keyPrefix: variable('DLCS_S3_OBJECT_KEY_PREFIX', text, {
        default: 'composites',
        meaning: 'What the keys in the bucket start with; `/` for nothing.',
      }),
      /** Uploads at a time. */
      uploadThreads: variable('DLCS_S3_UPLOAD_THREADS', wholeNumber(1, 256), {
        default: '8',
        meaning: 'Uploads that one worker makes at a time.',
      }),
    },
  },
  derive: ({ origin, storage, ...values }, { reportWarning }) => ({
    ...values,
    origin: {
      ...origin,
      allowedNetworks: origin.allowedNetworks ?? AllowedNetworks.PUBLIC,
      bucketNames: origin.bucketNames ?? [],
      httpRules: checkOperations(origin.httpRules ?? OriginHttpRules.NONE, reportWarning),
    },
    storage: { ...storage, keyPrefix: storage.keyPrefix.replace(/^\/+|\/+$/g, '') },
  }),
  parts: ({ submissions, origin, rasterizer, dlcs, callers, storage }) => [
    { title: 'Checking the credentials of callers', variables: Object.values(callers) },
    { title: 'Accepting submissions', variables: Object.values(submissions) },
    { title: 'Fetching PDFs', variables: Object.values(origin) },
    { title: 'Making page images', variables: Object.values(rasterizer) },
    { title: 'Storing and handing over', variables: [...Object.values(dlcs), ...Object.values(storage)] },
  ],
});

/** The settings of the app, as {@link compositeSettings} declares them. */
export type CompositeSettings = ReturnType<(typeof compositeSettings)['readValues']>;

function checkOperations(rules: OriginHttpRules, reportWarning: (message: string) => void): OriginHttpRules {
  for (const operation of rules.unknownOperations) {
    reportWarning(
      `ORIGIN_HTTP_RULES has the operation ${operation}, which is ignored: there is no such operation.`,
    );
  }
  return rules;
}
