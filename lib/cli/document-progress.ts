import { Presets, SingleBar } from 'cli-progress';
import type { ChatProgress, ExtractionProgress } from '../llm';
import { clock } from './run-progress';

/** Without a terminal, a line at most this often. */
const lineEvery = 10_000;

/** Documents, tokens, cost and time left on standard error: a bar on a terminal, else a line now and then. */
export class DocumentProgress {
  private readonly bar = process.stderr.isTTY
    ? new SingleBar({ format: '{bar} {value}/{total} documents, {left} left | {paid}', stream: process.stderr, hideCursor: true, clearOnComplete: true, fps: 4 }, Presets.shades_classic)
    : null;
  private begun = Date.now();
  private documents: ExtractionProgress | undefined;
  private chat: ChatProgress | undefined;
  private lastLine = Date.now();

  extraction(progress: ExtractionProgress): void {
    const first = !this.documents;
    this.documents = progress;
    if (first) {
      this.begun = Date.now();
      this.bar?.start(progress.all, progress.done, this.payload());
    }
    this.show();
  }

  chatting(progress: ChatProgress, note?: string): void {
    this.chat = progress;
    if (note) process.stderr.write(`${this.bar ? '\r\u001b[K' : ''}${note}\n`);
    this.show();
  }

  stop(): void {
    this.bar?.stop();
  }

  /** For a job that ends early: what is there, and how to go on. Nothing where nothing was begun. */
  summary(file: string): string {
    if (!this.documents) return '';
    const { done, all } = this.documents;
    const { paid } = this.payload();
    return `${file} has ${done} of ${all} texts${paid && ` (this time ${paid})`}; the same command goes on from there\n`;
  }

  private payload(): { left: string; paid: string } {
    const { done, all, made } = this.documents!;
    const left = made > 0 ? ((Date.now() - this.begun) / 1000 / made) * (all - done) : NaN;
    if (!this.chat) return { left: clock(left), paid: '' };
    const { promptTokens, completionTokens, cost, unsettled, answered, cached, retries } = this.chat;
    const tokens = `${count(promptTokens)} + ${count(completionTokens)} tokens`;
    const price = cost + unsettled > 0 ? `, cost ${cost.toFixed(4)}${unsettled > 0 ? ` and up to ${unsettled.toFixed(4)}` : ''}` : '';
    return { left: clock(left), paid: `${tokens}${price}, ${answered} replies, ${cached} from the cache${retries > 0 ? `, ${retries} retries` : ''}` };
  }

  private show(): void {
    if (!this.documents) return;
    if (this.bar) this.bar.update(this.documents.done, this.payload());
    else if (Date.now() - this.lastLine >= lineEvery) {
      this.lastLine = Date.now();
      const { left, paid } = this.payload();
      process.stderr.write(`${clock((Date.now() - this.begun) / 1000)}  ${this.documents.done} of ${this.documents.all} documents, about ${left} left  ${paid}\n`);
    }
  }
}

const count = (tokens: number): string => tokens.toLocaleString('en');
