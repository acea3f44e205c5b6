import { displayPath, InputError } from '../../common';
import { readText, type OnBytes } from './text-stream';

/** Most UTF-16 units of a cell: more is a quotation mark that nothing closes. */
const longestCell = 1 << 20;

/**
 * The rows of a CSV or TSV file (RFC 4180: a cell that begins with a quotation mark ends at the next single one; inside,
 * two stand for one, and separators and line breaks for themselves). A mark elsewhere in a cell is an ordinary character.
 */
export function* readRows(file: string, separator: ',' | '\t', onBytes?: OnBytes): Generator<string[]> {
  const special = separator === ',' ? /[",\r\n]/g : /["\t\r\n]/g;
  let row: string[] = [];
  let cell = '';
  let line = 1;
  let opened = 0;
  let state: 'start' | 'plain' | 'quoted' | 'closing' = 'start';
  let afterReturn = false;
  const endCell = () => {
    row.push(cell);
    cell = '';
    state = 'start';
  };
  for (const chunk of readText(file, onBytes)) {
    for (let from = 0; from < chunk.length;) {
      special.lastIndex = from;
      const match = special.exec(chunk);
      const at = match ? match.index : chunk.length;
      if (at > from) {
        cell += chunk.slice(from, at);
        afterReturn = false;
        if (state === 'start') state = 'plain';
        // A closing mark with text after it: RFC 4180 has no such thing, spreadsheets read on.
        if (state === 'closing') state = 'plain';
        if (cell.length > longestCell) throw new InputError(tooLong(file, state === 'quoted' ? opened : line, state === 'quoted'));
      }
      from = at + 1;
      if (!match) break;
      const character = match[0];
      const lineFeedOfPair = character === '\n' && afterReturn;
      if (character === '\r' || (character === '\n' && !afterReturn)) line++;
      afterReturn = character === '\r';
      if (state === 'quoted') {
        if (character === '"') state = 'closing';
        else cell += character;
      } else if (character === '"') {
        if (state === 'start') {
          opened = line;
          state = 'quoted';
        } else {
          cell += '"';
          if (state === 'closing') state = 'quoted';
        }
      } else if (character === separator) {
        endCell();
      } else if (!lineFeedOfPair) {
        endCell();
        yield row;
        row = [];
      }
    }
  }
  if (state === 'quoted') throw new InputError(tooLong(file, opened, true));
  if (row.length > 0 || state !== 'start') {
    endCell();
    yield row;
  }
}

function tooLong(file: string, line: number, quoted: boolean): string {
  return quoted
    ? `${displayPath(file)}: line ${line} opens a quotation that nothing closes within ${longestCell} characters. Close it, or double the quotation marks inside the cell.`
    : `${displayPath(file)}: line ${line} has a cell of more than ${longestCell} characters. Break it into rows.`;
}
