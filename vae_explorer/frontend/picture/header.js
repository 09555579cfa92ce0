/**
 * What the first bytes of a file say: which kind of picture it is and how large, before anything is decoded. A few
 * kilobytes can claim a billion pixels.
 */

const HEAD_BYTES = 65_536;
const TAIL_BYTES = 4_096;
const CHUNK_BYTES = 2 ** 20;

// Of a JPEG: its size stands behind segments of other things, few in an honest file.
const MOST_SEGMENTS = 500;
// Markers that begin a frame; the others between 0xc0 and 0xcf are tables.
const FRAMES = new Set([0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]);

const BMP_HEADERS = new Set([12, 40, 52, 56, 64, 108, 124]);

/**
 * @typedef {"png" | "jpeg" | "gif" | "bmp" | "webp" | "avif" | "heic" | "pdf" | "tiff" | "svg"} Kind
 *
 * @typedef {object} Header
 * @property {Kind | null} kind  null: nothing that is known here
 * @property {number} width      as it is stored, before it is turned; 0 if unknown
 * @property {number} height
 * @property {boolean} isCut     whether its end is missing
 */

/**
 * @param {Blob} blob
 * @returns {Promise<Header>}
 */
export async function readHeader(blob) {
  const head = await bytesOf(blob, 0, HEAD_BYTES);
  const kind = kindOf(head);
  const [width, height, place = 0] = (kind && (await SIZES[kind]?.(head, blob))) ?? [0, 0];
  return { kind, width, height, isCut: kind !== null && (await ENDS[kind]?.(blob, head, place)) === false };
}

/** @param {Blob} blob @param {number} start @param {number} end */
async function bytesOf(blob, start, end) {
  return new DataView(await blob.slice(start, end).arrayBuffer());
}

/** @param {DataView} view @param {number} start @param {number} length */
function text(view, start, length) {
  const end = Math.min(view.byteLength, start + length);
  return String.fromCharCode(...new Uint8Array(view.buffer, Math.min(start, end), Math.max(0, end - start)));
}

/** @param {DataView} view @returns {Kind | null} */
function kindOf(view) {
  const start = text(view, 0, 512);
  if (start.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (start.startsWith("\xff\xd8\xff")) return "jpeg";
  if (/^GIF8[79]a/.test(start)) return "gif";
  if (start.startsWith("BM") && view.byteLength >= 26 && BMP_HEADERS.has(view.getUint32(14, true))) return "bmp";
  if (/^RIFF.{4}WEBP/s.test(start)) return "webp";
  if (/^.{4}ftyp(avif|avis)/s.test(start)) return "avif";
  if (/^.{4}ftyp(hei[cxms]|hev[cxms]|mif1|msf1)/s.test(start)) return "heic"; // a film begins like this, too
  if (start.includes("%PDF-")) return "pdf";
  if (/^(II\*\0|MM\0\*)/.test(start)) return "tiff";
  return /^(\xef\xbb\xbf)?\s*<(svg|[?!].*<svg)/is.test(start) ? "svg" : null;
}

/**
 * Width and height, and where that is said if it is not at the start; undefined where they are missing.
 *
 * @type {Partial<Record<Kind, (head: DataView, blob: Blob) => Promise<number[] | undefined>>>}
 */
const SIZES = {
  async png(view) {
    return view.byteLength >= 24 ? [view.getUint32(16), view.getUint32(20)] : undefined;
  },

  async gif(view) {
    return view.byteLength >= 10 ? [view.getUint16(6, true), view.getUint16(8, true)] : undefined;
  },

  async bmp(view) {
    if (view.byteLength < 26) return undefined;
    if (view.getUint32(14, true) === 12) return [view.getUint16(18, true), view.getUint16(20, true)];
    return [view.getInt32(18, true), view.getInt32(22, true)].map(Math.abs); // negative: from top to bottom
  },

  async webp(view) {
    if (view.byteLength < 30) return undefined;
    const part = text(view, 12, 4);
    if (part === "VP8 ") return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
    if (part === "VP8L") {
      const bits = view.getUint32(21, true);
      return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
    }
    return [24, 27].map((at) => (view.getUint32(at, true) & 0xffffff) + 1);
  },

  async jpeg(_, blob) {
    let place = 2;
    for (let segment = 0; segment < MOST_SEGMENTS; segment++) {
      const view = await bytesOf(blob, place, place + 9);
      if (view.byteLength < 9 || view.getUint8(0) !== 0xff) return undefined;
      const marker = view.getUint8(1);
      if (FRAMES.has(marker)) return [view.getUint16(7), view.getUint16(5), place];
      // 0xff may be repeated before a marker.
      place += marker === 0xff ? 1 : 2 + view.getUint16(2);
    }
    return undefined;
  },

  avif: largestExtent,
  heic: largestExtent,
};

/**
 * Of a picture that is a container: the largest of the sizes in it, as it holds parts and thumbnails, too.
 *
 * @param {DataView} view
 */
async function largestExtent(view) {
  let largest = [0, 0];
  const head = text(view, 0, 0x8000);
  for (let at = head.indexOf("ispe"); at >= 0 && at + 16 <= head.length; at = head.indexOf("ispe", at + 4)) {
    const size = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (size[0] * size[1] > largest[0] * largest[1]) largest = size;
  }
  return largest;
}

/**
 * Whether the end is there: browsers may show what is left of a picture as if it were all. Some programs write something
 * behind the end, a telephone a whole film. Kinds that are not listed say nothing of their end.
 *
 * @type {Partial<Record<Kind, (blob: Blob, head: DataView, place: number) => Promise<boolean>>>}
 */
const ENDS = {
  async png(blob) {
    return String.fromCharCode(...(await tailOf(blob, TAIL_BYTES))).includes("IEND");
  },

  /** A semicolon, behind which some write zeros. */
  async gif(blob) {
    return (await tailOf(blob, TAIL_BYTES)).filter(Boolean).at(-1) === 0x3b;
  },

  async webp(blob, head) {
    return head.getUint32(4, true) + 8 <= blob.size;
  },

  /** Its thumbnail has an end of its own, before the place where the size is said. */
  async jpeg(blob, _, place) {
    for (let start = place; start < blob.size; start += CHUNK_BYTES) {
      const { buffer } = await bytesOf(blob, start, start + CHUNK_BYTES + 1);
      const bytes = new Uint8Array(buffer);
      for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
        if (bytes[at + 1] === 0xd9) return true;
      }
    }
    return false;
  },
};

/** @param {Blob} blob @param {number} length */
async function tailOf(blob, length) {
  const { buffer } = await bytesOf(blob, Math.max(0, blob.size - length), blob.size);
  return new Uint8Array(buffer);
}
