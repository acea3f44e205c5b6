import { closeSync, existsSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import * as path from 'node:path';
import { canonicalJson, sha256 } from '../common';
import type { ChatReply, ChatRequest } from './types';

/** A request as it is kept: what is asked of which model, as the server names it, with the further fields of the body. */
export interface KeptRequest extends ChatRequest {
  model: string;
  body: Record<string, unknown>;
}

/** Bytes read at a time: a string cannot hold every file. */
const chunk = 1 << 24;

/** One line of the file. */
export interface KeptReply {
  /** SHA-256 of the request. */
  key: string;
  request: KeptRequest;
  reply: Pick<ChatReply, 'text' | 'usage'>;
  /** Why the model stopped, as the server says: `length` where the token limit cut the reply. */
  finish: string | null;
  /** In place of a text: that the server's content filter withheld it, in words. Asked again it would be withheld, and may be paid, again. */
  withheld?: string;
  /** What was paid; what it may have cost at most where the server told no usage. */
  cost: number;
  /** When the reply came, ISO 8601. */
  at: string;
}

export function requestKey({ model, messages, temperature, topP, maxTokens, body }: KeptRequest): string {
  const turns = messages.map(({ role, content }) => ({ role, content }));
  return sha256(canonicalJson({ model, messages: turns, temperature, topP, maxTokens, body }));
}

/**
 * Requests and replies as JSON lines, for several processes at once. A record is appended by one write that begins with a line feed, so that
 * it never continues a line that another writer left unfinished, and is on the disk before the reply is given out. Lines that are no record
 * of the request they name are passed over; asking again writes them anew.
 */
export class ReplyCache {
  private readonly kept = new Map<string, KeptReply>();
  /** Bytes read so far, up to the end of a line. */
  private read = 0;
  /** Lines that were no whole record. */
  damaged = 0;

  constructor(readonly file: string) {}

  get(key: string): KeptReply | undefined {
    if (!this.kept.has(key)) this.refresh();
    return this.kept.get(key);
  }

  add(record: KeptReply): void {
    mkdirSync(path.dirname(this.file), { recursive: true });
    const bytes = Buffer.from(`\n${JSON.stringify(record)}\n`);
    const isNew = !existsSync(this.file);
    const handle = openSync(this.file, 'a');
    try {
      // The rest of a write cut short (a full disk) could come after another's record: the whole is written again.
      while (writeSync(handle, bytes) < bytes.length);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (isNew) syncFolder(path.dirname(this.file));
    this.kept.set(record.key, record);
  }

  /** Takes in what was appended since, by this process or another. */
  private refresh(): void {
    let handle: number;
    try {
      handle = openSync(this.file, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    try {
      for (let room = chunk; ;) {
        const bytes = Buffer.allocUnsafe(Math.min(room, Math.max(0, fstatSync(handle).size - this.read)));
        const count = readSync(handle, bytes, 0, bytes.length, this.read);
        // An unfinished last line may be another's write under way: it is read when its end is there.
        const end = bytes.subarray(0, count).lastIndexOf(0x0a) + 1;
        if (end === 0 && count < room) return;
        if (end === 0) room *= 2;
        for (const line of bytes.toString('utf8', 0, end).split('\n')) if (line) this.take(line);
        this.read += end;
      }
    } finally {
      closeSync(handle);
    }
  }

  private take(line: string): void {
    try {
      const record = JSON.parse(line) as KeptReply;
      if (record.key === requestKey(record.request) && typeof record.reply.text === 'string') {
        this.kept.set(record.key, record);
        return;
      }
    } catch {
      // Counted below.
    }
    this.damaged++;
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
