import { isUtf8 } from 'node:buffer';
import { InputError } from '../common';

/** Text of a file and the encoding it was found to be in. */
export interface Decoded {
  text: string;
  encoding: string;
}

/** Share of multi-byte characters that must lie in GB 2312 for bytes to pass as Chinese text in GB18030 or GBK. */
const plausibleShare = 0.8;

/**
 * Decodes a file strictly: by its byte order mark, else as UTF-8, else as GB18030 (which contains GBK and GB 2312).
 * No byte is ever replaced: what fits none of these is refused. Nearly any byte pair is *valid* GB18030, so that
 * reading also has to look like Chinese: most characters in GB 2312, which Big5 or a damaged UTF-8 file fails.
 *
 * @throws InputError naming the file and the first line that is not UTF-8.
 */
export function decodeText(bytes: Uint8Array, file: string): Decoded {
  const starts = (...mark: number[]) => mark.every((byte, i) => bytes[i] === byte);
  if (starts(0xef, 0xbb, 0xbf)) return strict(bytes, 'utf-8', 'utf-8 with BOM', file);
  if (starts(0xff, 0xfe)) return strict(bytes, 'utf-16le', 'utf-16le', file);
  if (starts(0xfe, 0xff)) return strict(bytes, 'utf-16be', 'utf-16be', file);
  if (isUtf8(bytes)) {
    if (bytes.includes(0)) {
      throw new InputError(`${file}: has NUL bytes, as UTF-16 without a byte order mark does. Save it as UTF-8.`);
    }
    return strict(bytes, 'utf-8', 'utf-8', file);
  }
  if (chineseShare(bytes) >= plausibleShare) {
    const { text, encoding } = strict(bytes, 'gb18030', 'gb18030', file);
    return { text: text.replace(/^\ufeff/, ''), encoding };
  }
  throw new InputError(`${file}: ${firstBadLine(bytes)} is not UTF-8, and the file does not read as GB18030 either. Save it as UTF-8.`);
}

function strict(bytes: Uint8Array, decoder: string, encoding: string, file: string): Decoded {
  try {
    const text = new TextDecoder(decoder, { fatal: true }).decode(bytes);
    // UTF-8 cannot hold half of a surrogate pair, so only the others are searched for one.
    if (decoder !== 'utf-8' && /[\ud800-\udfff]/u.test(text)) throw new TypeError('unpaired surrogate');
    return { text, encoding };
  } catch {
    const where = decoder === 'utf-8' ? firstBadLine(bytes) : 'it';
    throw new InputError(`${file}: seems to be ${encoding}, but ${where} is not valid in it. Save the file as UTF-8.`);
  }
}

/** Share of the multi-byte characters, read as GB18030, that lie in GB 2312's rows. */
function chineseShare(bytes: Uint8Array): number {
  let total = 0;
  let common = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] < 0x80) continue;
    const trail = bytes[i + 1] ?? 0;
    total++;
    if (trail >= 0x30 && trail <= 0x39) i += 3;
    else {
      if (bytes[i] >= 0xa1 && bytes[i] <= 0xf7 && trail >= 0xa1) common++;
      i++;
    }
  }
  return total === 0 ? 0 : common / total;
}

function firstBadLine(bytes: Uint8Array): string {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const feed = bytes.indexOf(0x0a, start);
    const end = feed < 0 ? bytes.length : feed;
    if (!isUtf8(bytes.subarray(start, end))) return `line ${line}`;
    start = end + 1;
  }
  return 'it';
}
