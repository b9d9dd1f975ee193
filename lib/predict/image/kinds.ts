/** What a file is, known by its first bytes and not by its name. */

/** The kinds of pictures that facemark reads. */
export const IMAGE_KINDS = ['JPEG', 'PNG', 'WebP', 'GIF', 'TIFF', 'AVIF', 'PGM'] as const;
export type ImageKind = (typeof IMAGE_KINDS)[number];

/** How many of the first bytes tell what a file is. */
export const HEAD = 64; // the brands of an AVIF stand in its first 30 or so

/** The kind of a picture by its first bytes, or undefined. */
export function imageKind(bytes: Uint8Array): ImageKind | undefined {
  return firstMatch(KINDS, bytes);
}

/** What bytes are that are no picture facemark reads, in words, where that is known. */
export function strangerKind(bytes: Uint8Array): string | undefined {
  return firstMatch(STRANGERS, bytes);
}

type Test = (head: string) => boolean;

/** Whether the file has one of these texts (of bytes as Latin-1) at a place. */
const at =
  (place: number, ...texts: readonly string[]): Test =>
  (head) =>
    texts.some((text) => head.startsWith(text, place));

/** Whether its text begins with one of these, after a byte order mark and white space. */
const reads =
  (...texts: readonly string[]): Test =>
  (head) => {
    const text = head.replace(/^\xef\xbb\xbf/, '').trimStart();
    return texts.some((start) => text.toLowerCase().startsWith(start));
  };

const KINDS: readonly (readonly [ImageKind, Test])[] = [
  ['JPEG', at(0, '\xff\xd8\xff')],
  ['PNG', at(0, '\x89PNG\r\n\x1a\n')],
  ['WebP', (head) => head.startsWith('RIFF') && head.startsWith('WEBP', 8)],
  ['GIF', at(0, 'GIF87a', 'GIF89a')],
  ['TIFF', at(0, 'II*\0', 'MM\0*', 'II+\0', 'MM\0+')],
  ['AVIF', (head) => head.startsWith('ftyp', 4) && /avi[fs]/.test(head)],
  ['PGM', (head) => /^P[25][\s#]/.test(head)],
];

const STRANGERS: readonly (readonly [string, Test])[] = [
  ['a HEIC picture: save it as JPEG', at(4, 'ftyphei', 'ftyphev', 'ftypmif', 'ftypmsf')],
  ['a film: take a picture out of it', (head) => head.startsWith('ftyp', 4) || head.startsWith('\x1aE\xdf\xa3')],
  ['a JPEG XL picture: save it as JPEG', at(0, '\xff\x0a', '\0\0\0\x0cJXL ')],
  ['a JPEG 2000 picture: save it as JPEG', at(0, '\xff\x4f\xff\x51', '\0\0\0\x0cjP  ')],
  ['a bitmap of Windows: save it as PNG', at(0, 'BM')],
  ['a bitmap of Netpbm that is not gray: save it as PNG', (head) => /^P[13467]\s/.test(head)],
  ['an SVG drawing: save it as PNG', reads('<svg', '<?xml', '<!--')],
  ['a web page, probably downloaded from a wrong address', reads('<!doctype', '<html')],
  ['a PDF document', at(0, '%PDF')],
  ['a zip archive: unpack it first', at(0, 'PK\x03\x04')],
  ['packed with gzip: unpack it first', at(0, '\x1f\x8b')],
  ['a pointer of Git LFS: fetch the file itself with git lfs pull', at(0, 'version https://git-lfs')],
  ['text', (head) => head !== '' && !/[^\P{Cc}\t\n\r\x80-\x9f]/u.test(head)], // no control characters of ASCII
];

function firstMatch<T extends string>(table: readonly (readonly [T, Test])[], bytes: Uint8Array): T | undefined {
  const head = String.fromCharCode(...bytes.subarray(0, HEAD));
  return table.find(([, test]) => test(head))?.[0];
}
