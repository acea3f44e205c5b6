import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import type * as Transformers from '@xenova/transformers';
import { canonicalJson, displayPath, InputError, Interrupted, JobError, Random } from '../../common';
import { FailedCall, type Answer, type Answerer } from '../server';
import type { ChatRequest } from '../types';
import { modelFiles, transformers } from './library';
import { chatGraph, localFolder, templateFile, type LocalEntry } from './local-entry';
import { sampleNucleus } from './nucleus';

interface Loaded {
  tokenizer: Transformers.PreTrainedTokenizer;
  model: Transformers.PreTrainedModel;
  /** Undefined where the tokenizer has one. */
  template: string | undefined;
}

/** A chat model in a folder, through its chat template. Equal requests get equal replies: the draws are a stream of the request's own. */
export class LocalGenerator implements Answerer {
  private loading: Promise<Loaded> | undefined;

  constructor(private readonly entry: LocalEntry) {}

  /** @throws FailedCall with an InputError or JobError that no repetition mends, or Interrupted */
  async ask(request: ChatRequest, signal?: AbortSignal): Promise<Answer> {
    try {
      this.loading ??= this.load();
      return await this.generate(await this.loading, request, signal);
    } catch (error) {
      const known = error instanceof InputError || error instanceof JobError || error instanceof Interrupted;
      throw new FailedCall(known ? error : new JobError(`${this.entry.name} (${displayPath(localFolder(this.entry))}): ${(error as Error).message}`), false);
    }
  }

  private async load(): Promise<Loaded> {
    const folder = localFolder(this.entry);
    modelFiles(folder, [chatGraph], this.entry.dtype);
    const { AutoModelForCausalLM, AutoTokenizer } = transformers();
    const tokenizer = await AutoTokenizer.from_pretrained(folder, { local_files_only: true });
    // Newer folders hold the template in a file of its own, which transformers.js does not look for.
    const apart = path.join(folder, templateFile);
    const template = tokenizer.chat_template ? undefined : existsSync(apart) ? readFileSync(apart, 'utf8') : null;
    if (template === null) {
      throw new InputError(`${displayPath(folder)}: neither has its tokenizer_config.json a chat_template, nor is there a ${templateFile}: it is no chat model; take an instruct or chat version`);
    }
    const model = await AutoModelForCausalLM.from_pretrained(folder, { local_files_only: true, dtype: this.entry.dtype });
    return { tokenizer, model, template };
  }

  private async generate({ tokenizer, model, template }: Loaded, { messages, temperature, topP, maxTokens }: ChatRequest, signal?: AbortSignal): Promise<Answer> {
    const { InterruptableStoppingCriteria, LogitsProcessor, LogitsProcessorList } = transformers();
    const turns = messages.map(({ role, content }) => ({ role, content }));
    const inputs = tokenizer.apply_chat_template(turns, { add_generation_prompt: true, return_dict: true, chat_template: template }) as { input_ids: Transformers.Tensor };
    const prompt = inputs.input_ids.dims[1];
    if (prompt + maxTokens > this.entry.context) {
      throw new InputError(`${this.entry.name}: the prompt has ${prompt} tokens and the reply may have ${maxTokens}, but context is ${this.entry.context} in llm.yaml; shorten the text, or raise context if the model has more`);
    }
    const stop = new InterruptableStoppingCriteria();
    const interrupt = (): void => stop.interrupt();
    signal?.addEventListener('abort', interrupt, { once: true });
    if (signal?.aborted) interrupt();
    const random = Random.from(0, canonicalJson([turns, temperature, topP, maxTokens]));
    // Draws the token itself, and leaves only that one for the greedy choice that follows.
    class Nucleus extends LogitsProcessor {
      _call(_ids: bigint[][], logits: Transformers.Tensor): Transformers.Tensor {
        const values = logits.data as Float32Array;
        const token = sampleNucleus(values, { temperature, topP }, random.uniform());
        values.fill(-Infinity);
        values[token] = 0;
        return logits;
      }
    }
    const processors = new LogitsProcessorList();
    processors.push(new Nucleus());
    try {
      const options = { ...inputs, max_new_tokens: maxTokens, do_sample: false, num_beams: 1, logits_processor: processors, stopping_criteria: stop };
      const [sequence] = ((await model.generate(options as unknown as Parameters<typeof model.generate>[0])) as Transformers.Tensor).tolist() as bigint[][];
      if (signal?.aborted) throw new Interrupted(`stopped while ${this.entry.name} answered`);
      const reply = sequence.slice(prompt);
      const text = tokenizer.decode(reply.map(Number), { skip_special_tokens: true }).trim();
      if (text === '') throw new JobError(`${this.entry.name} gave an empty reply; is it a chat model, and is its dtype (${this.entry.dtype}) sound?`);
      return { text, usage: { prompt, completion: reply.length }, finish: reply.length >= maxTokens ? 'length' : 'stop' };
    } finally {
      signal?.removeEventListener('abort', interrupt);
    }
  }
}
