/** What a PDF says of a font that is not in it. */
export interface FontRequest {
  /** Lower-case letters and digits only, without the style: `timesnewroman`. */
  readonly family: string;
  readonly isBold: boolean;
  readonly isItalic: boolean;
  readonly isSerif: boolean;
  readonly isMonospaced: boolean;
  /** The writing system, where the font's encoding says so. */
  readonly eastAsian: EastAsianScript | undefined;
}

/** The writing systems whose fonts are large. The same character is drawn differently in each. */
export type EastAsianScript = 'japanese' | 'korean' | 'simplified-chinese' | 'traditional-chinese';

/** What PDFium's font mapper asks for. */
export interface MapperQuery {
  readonly faceName: string;
  /** 400 is regular, 700 bold. */
  readonly weight: number;
  readonly isItalic: boolean;
  /** Windows's number of a character set. */
  readonly charset: number;
  /** Windows's bits: 1 for a fixed pitch, 16 for serifs. */
  readonly pitchFamily: number;
}

const FIXED_PITCH = 1;
const ROMAN = 16;
const LEAST_BOLD_WEIGHT = 600;

const EAST_ASIAN_CHARSETS: ReadonlyMap<number, EastAsianScript> = new Map([
  [128, 'japanese'],
  [129, 'korean'],
  [134, 'simplified-chinese'],
  [136, 'traditional-chinese'],
]);

/** Families whose fonts come without a character set, as in files with the encoding `Identity-H`. */
const EAST_ASIAN_FAMILIES: readonly (readonly [EastAsianScript, RegExp])[] = [
  [
    'japanese',
    /mincho|heisei|ryumin|gothicbbb|kozuka|kozgo|kozmin|hirag|hirakaku|meiryo|yugothic|yumin|osaka|msgothic|mspgothic|notosans(cjk)?jp|notoserif(cjk)?jp|sourcehan\w*jp|ipaex|ipag|ipam|takao/,
  ],
  [
    'korean',
    /batang|gulim|dotum|gungsuh|malgun|hysmyeongjo|hygothic|hygo|munjo|nanum|applegothic|adobemyungjo|notosans(cjk)?kr|notoserif(cjk)?kr/,
  ],
  [
    'traditional-chinese',
    /mingliu|dfkai|jhenghei|adobeming|^msung|^mhei|monotypehei|lihei|pingfang(tc|hk)|notosans(cjk)?(tc|hk)|notoserif(cjk)?(tc|hk)|biaukai/,
  ],
  [
    'simplified-chinese',
    /simsun|nsimsun|simhei|simkai|simfang|fangsong|kaiti|yahei|dengxian|stsong|stheiti|stkaiti|stfangsong|adobesong|adobeheiti|adobekaiti|songti|heiti|pingfang|notosans(cjk)?(sc|hans)|notoserif(cjk)?sc|sourcehan|droidsansfallback|arialunicode|wenquanyi/,
  ],
];

const MONOSPACED_FAMILY = /courier|cousine|mono|consol|typewriter|fixed|lettergothic|menlo|monaco|^ocr/;
const SANS_FAMILY =
  /sans|helvetica|arial|verdana|tahoma|calibri|gothic|frutiger|univers|futura|trebuchet|segoe/;
const SERIF_FAMILY =
  /times|tinos|roman|serif|georgia|garamond|palatino|bookman|bookantiqua|bookold|minion|cambria|century|schoolbook|caslon|baskerville|bodoni|didot|nimbusrom|newyork|goudy|sabon|perpetua|rockwell|utopia|charter|antiqua|^cm(r|b|ti|sl|csc)\d/;

/** What a query says of the font, and what its name says. */
export function readMapperQuery(query: MapperQuery): FontRequest {
  const name = query.faceName.replace(/^[A-Z]{6}\+/, '').toLowerCase();
  const family = name
    .replace(/[,-](bold|italic|oblique|regular|roman|book)+(mt)?$|(bold|italic|oblique|regular)+(mt)?$/, '')
    .replace(/[^a-z0-9]/g, '')
    .replace(/(ps)?mt$/, '');
  const isMonospaced =
    MONOSPACED_FAMILY.test(family) ||
    ((query.pitchFamily & FIXED_PITCH) !== 0 && !SANS_FAMILY.test(family) && !SERIF_FAMILY.test(family));
  return {
    family,
    isBold: query.weight >= LEAST_BOLD_WEIGHT || /bold|black|heavy/.test(name),
    isItalic: query.isItalic || /italic|oblique/.test(name),
    isMonospaced,
    isSerif: SERIF_FAMILY.test(family) || ((query.pitchFamily & ROMAN) !== 0 && !SANS_FAMILY.test(family)),
    eastAsian:
      EAST_ASIAN_CHARSETS.get(query.charset) ??
      EAST_ASIAN_FAMILIES.find(([, pattern]) => pattern.test(family))?.[0],
  };
}
