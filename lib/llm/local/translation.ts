import * as path from 'node:path';
import type * as Transformers from '@xenova/transformers';
import { displayPath, JobError, OnceEach, projectRoot } from '../../common';
import { transformers, modelFiles } from './library';
import { translationPieces } from './pieces';

/** A translation that grows beyond this many times its source, and this many tokens, is going round in circles. */
const mostGrowth = 3;
const slack = 32;

/** What models of several Chinese scripts want before a text. */
const simplifiedChinese = '>>cmn_Hans<<';

/** A translator of one direction: a folder with an opus-mt (Marian) model. */
class Translator {
  private readonly done = new OnceEach<string | null>();

  private constructor(private readonly tokenizer: Transformers.PreTrainedTokenizer, private readonly model: Transformers.PreTrainedModel, private readonly target: string) {}

  static async open(folder: string): Promise<Translator> {
    modelFiles(folder, ['encoder_model', 'decoder_model_merged'], 'fp32');
    const { AutoModelForSeq2SeqLM, AutoTokenizer } = transformers();
    try {
      const tokenizer = await AutoTokenizer.from_pretrained(folder, { local_files_only: true });
      const model = await AutoModelForSeq2SeqLM.from_pretrained(folder, { local_files_only: true, dtype: 'fp32' });
      return new Translator(tokenizer, model, tokenizer.get_vocab().has(simplifiedChinese) ? `${simplifiedChinese} ` : '');
    } catch (error) {
      throw new JobError(`${displayPath(folder)}: cannot be loaded as a translator: ${(error as Error).message}`);
    }
  }

  /** Whether the model can read so much at once. */
  fits(text: string): boolean {
    const { max_position_embeddings: most = 512 } = this.model.config as { max_position_embeddings?: number };
    return this.tokens(text).input_ids.dims[1] <= most;
  }

  /** Greedy; null where the translation does not end, or the text is too long to be read whole. */
  translate(text: string): Promise<string | null> {
    return this.done.get(text, () => this.translateAnew(text));
  }

  private tokens(text: string): { input_ids: Transformers.Tensor } {
    return this.tokenizer(this.target + text) as { input_ids: Transformers.Tensor };
  }

  private async translateAnew(text: string): Promise<string | null> {
    if (!this.fits(text)) return null;
    const inputs = this.tokens(text);
    const most = mostGrowth * inputs.input_ids.dims[1] + slack;
    const options = { ...inputs, max_new_tokens: most, do_sample: false, num_beams: 1 };
    const [sequence] = ((await this.model.generate(options as unknown as Parameters<typeof this.model.generate>[0])) as Transformers.Tensor).tolist() as bigint[][];
    // The first token is the decoder's start.
    if (sequence.length > most) return null;
    return this.tokenizer.decode(sequence.map(Number), { skip_special_tokens: true }).trim() || null;
  }
}

const opened = new OnceEach<Translator>();

/** Relative folders are the project's. */
function open(folder: string): Promise<Translator> {
  const place = path.resolve(projectRoot, folder);
  return opened.get(place, () => Translator.open(place));
}

/**
 * Texts into the language of a folder's model, sentence by sentence, greedily. A sentence whose translation does not end stays as it is.
 * @throws InputError when the folder lacks a file; nothing is downloaded
 */
export async function translate(texts: readonly string[], folder: string): Promise<string[]> {
  return inPieces(texts, folder, async (piece, translator) => translator.translate(piece));
}

export interface BackTranslationFolders {
  /** From the texts' language into another: opus-mt-zh-en. */
  there: string;
  /** And back: opus-mt-en-zh. */
  back: string;
}

/**
 * Texts translated into another language and back, sentence by sentence, greedily: equal texts give equal ones on one machine. Line feeds and other
 * white space between sentences stay. A sentence one of whose translations does not end stays as it is.
 * @throws InputError when a folder lacks a file; nothing is downloaded
 */
export async function backTranslate(texts: readonly string[], folders: BackTranslationFolders): Promise<string[]> {
  const back = await open(folders.back);
  return inPieces(texts, folders.there, async (piece, there) => {
    const abroad = await there.translate(piece);
    return abroad === null ? null : back.translate(abroad);
  });
}

async function inPieces(texts: readonly string[], folder: string, turn: (piece: string, translator: Translator) => Promise<string | null>): Promise<string[]> {
  const translator = await open(folder);
  const results: string[] = [];
  for (const text of texts) {
    let result = '';
    for (const { text: piece, after } of translationPieces(text, (part) => translator.fits(part))) {
      result += (piece === '' ? '' : (await turn(piece, translator)) ?? piece) + after;
    }
    results.push(result);
  }
  return results;
}
