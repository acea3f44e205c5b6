import { codePointLength, codePoints, JobError } from '../../common';
import { lengthClass, lengthClasses } from '../../corpus/types';
import type { SampleType } from '../../corpus/sample/markup';
import { Segmenter } from '../../text/segmenter';
import { occurrencesOf } from '../occurrences';
import { parseEnhancedText } from '../parsers/enhanced-text';
import { parseKeywords } from '../parsers/keywords';
import { meaning } from '../parsers/validation';
import { readPair } from '../parsers/relations';
import { readRecords } from '../parsers/fields';
import {
  dataBlocks, enhancedTextPrompt, entityGenerationPrompt, entityVerificationPrompt, fewShotEntitiesPrompt, keywordsPrompt, nothing, partsOfSpeechPrompt,
  promptId, promptOf, relationsPrompt, retrievalVersion, validationPrompt, type PartOfSpeech,
} from '../prompts';
import type { ChatMessage, ChatModel, ChatReply, ChatRequest } from '../types';
import { describeTerm } from './glossary';
import { offlineProvider } from './name';
import { paraphrase } from './paraphrase';
import { relate } from './relations';
import { Terms, typeNamed } from './terms';

type Answer = (messages: readonly ChatMessage[]) => string;

const prompts = [enhancedTextPrompt, keywordsPrompt, partsOfSpeechPrompt, relationsPrompt, validationPrompt, fewShotEntitiesPrompt, entityGenerationPrompt, entityVerificationPrompt];

/** How sure a lexicon may sound that knows no context: of a term with one type, and of a term it does not have. */
const sure = 0.95;
const unsure = 0.5;

/**
 * Answers the project's prompts, and no others, by rule: from the embedded lexicon, a glossary, jieba's tags and synonyms. It is no language model
 * and knows nothing of context; it lets everything that needs a model's answers run without one, alike on every machine.
 */
export class OfflineLexicon implements ChatModel {
  readonly name = offlineProvider;
  private readonly terms = new Terms();
  private readonly segmenter = new Segmenter();

  private readonly answers: Record<string, Answer> = {
    [enhancedTextPrompt.name]: (messages) => `增强文本：${this.paraphrased(block(messages, '原文'))}`,
    [keywordsPrompt.name]: (messages) => lines(this.keywords(block(messages, '原文')).map(({ term, type }) => `关键词：${term}，描述：${describeTerm(term, type)}`)),
    [partsOfSpeechPrompt.name]: (messages) => lines(this.terms.split(block(messages, '关键词')).map((keyword) => `关键词：${keyword}，词性：${this.partOfSpeech(keyword)}`)),
    [relationsPrompt.name]: (messages) => this.relations(messages),
    [validationPrompt.name]: (messages) => this.validation(messages),
    [fewShotEntitiesPrompt.name]: (messages) => this.entities(messages),
    [entityGenerationPrompt.name]: (messages) => this.generated(messages),
    [entityVerificationPrompt.name]: (messages) => this.verified(messages),
  };

  /** A conversation that does not open with a prompt of the present version is a JobError: there is nothing it could answer. */
  async chat({ messages }: ChatRequest, signal?: AbortSignal): Promise<ChatReply> {
    signal?.throwIfAborted();
    const asked = promptOf(messages);
    const prompt = prompts.find(({ name }) => name === asked?.name);
    if (!prompt || prompt.version !== asked?.version || (asked.retrieval ?? retrievalVersion) !== retrievalVersion) {
      const found = asked ? promptId(asked) : 'no prompt of the project';
      throw new JobError(`offline-lexicon answers ${prompts.map(promptId).join(', ')}; it was asked ${found}. Ask a language model instead.`);
    }
    return { text: this.answers[prompt.name](messages), usage: null, cached: false };
  }

  private paraphrased(text: string): string {
    return paraphrase(text, this.terms.find(text), this.segmenter);
  }

  /** Each term once, with the first of its types. */
  private keywords(text: string): { term: string; type: SampleType }[] {
    return [...new Map(this.terms.find(text).map(({ term, types }) => [term, { term, type: types[0] }])).values()];
  }

  /** Names are nouns; a symptom or procedure is what its last word is, except that a procedure of several words is a noun. */
  private partOfSpeech(keyword: string): PartOfSpeech {
    const type = this.terms.types(keyword)[0];
    const words = this.segmenter.tagged(keyword);
    const tag = words[words.length - 1]?.tag ?? 'n';
    if (type !== undefined && type !== 'sym' && (type !== 'pro' || words.length > 1)) return '名词';
    const parts: Record<string, PartOfSpeech> = { v: '动词', a: '形容词', z: '形容词' };
    return tag === 'vn' || tag === 'an' ? '名词' : parts[tag[0]] ?? '名词';
  }

  private relations(messages: readonly ChatMessage[]): string {
    const text = block(messages, '原文');
    const known = new Set(this.terms.split(block(messages, '关键词')));
    const found = this.terms.find(text).filter(({ term }) => known.has(term));
    return lines(relate(codePoints(text), found).map(({ first, second, text: relation }) => `实体对：${first}-${second}，关联关系：${relation}`));
  }

  /** Checks what a lexicon can check: T' against T, keywords and ends of pairs against lexicon and text. */
  private validation(messages: readonly ChatMessage[]): string {
    const text = block(messages, '原文');
    const own = new Map(dataBlocks(messages.find(({ role }) => role === 'assistant')?.content ?? '').map(({ name, text: content }) => [name, content]));
    const out: string[] = [];
    const enhanced = own.get('增强文本');
    if (enhanced !== undefined) {
      const held = 'value' in parseEnhancedText(`增强文本：${enhanced}`, text, this.terms.find(text).map(({ term }) => term));
      out.push(`${meaning}：${yesOrNo(held)}，理由：${held ? '实体、数字及其次序均与原文相同' : '实体、数字或其次序与原文不同'}`);
    }
    const names = parseKeywords(own.get('关键词') ?? '', text).flatMap((parsed) => ('value' in parsed ? [parsed.value.text] : []));
    for (const name of names) {
      const known = this.terms.types(name).length > 0;
      out.push(`关键词：${name}，判断：${yesOrNo(known)}，理由：${known ? '词典收有此词' : '词典未收此词'}`);
    }
    for (const { pair } of readRecords(own.get('实体对') ?? '', { pair: ['实体对'], relation: ['关联关系'] })) {
      const read = readPair(pair ?? '', names);
      const ends = 'value' in read ? [read.value.first, read.value.second] : [];
      const known = ends.length === 2 && ends.every((end) => this.terms.types(end).length > 0);
      out.push(`实体对：${pair}，判断：${yesOrNo(known)}，理由：${known ? '两端均为词典所收' : '两端不都为词典所收'}`);
    }
    return lines(out);
  }

  private entities(messages: readonly ChatMessage[]): string {
    const listed = /实体类型只有以下几种：(.*)。/u.exec(messages[0].content)?.[1].split('、') ?? [];
    const nameOf = new Map(listed.map((name) => [typeNamed(name), name]));
    const found = this.terms.find(block(messages, '原文'));
    return lines(found.flatMap(({ term, types }) => {
      const name = types.map((type) => nameOf.get(type)).find((known) => known !== undefined);
      return name === undefined ? [] : [`实体：${term}，类型：${name}`];
    }));
  }

  /** Long terms first, as the prompt asks. */
  private generated(messages: readonly ChatMessage[]): string {
    const asked = /列举(\d+)个“(.+)”类/u.exec(messages[messages.length - 1].content);
    const type = asked && typeNamed(asked[2]);
    const examples = new Set(block(messages, '例子').split('\n'));
    const terms = type ? this.terms.ofType(type).filter((term) => !examples.has(term)) : [];
    const rank = (term: string): number => -lengthClasses.indexOf(lengthClass({ start: 0, end: codePointLength(term) }));
    return lines(terms.sort((a, b) => rank(a) - rank(b)).slice(0, Number(asked?.[1] ?? 0)).map((term) => `实体：${term}`));
  }

  private verified(messages: readonly ChatMessage[]): string {
    const [text, term, typeName, order] = ['原文', '词语', '类型', '次序'].map((name) => block(messages, name));
    const span = occurrencesOf(codePoints(text), term)[Number(order) - 1];
    const found = span && this.terms.find(text).find(({ start, end }) => start < span.end && span.start < end);
    const listed = /类型只能是：(.*)。/u.exec(messages[messages.length - 1].content)?.[1].split('、') ?? [];
    const asked = typeNamed(typeName);
    if (!span || !found || asked === undefined) return `判断：否，实体：${nothing}，类型：${nothing}，置信度：${unsure}`;
    const confidence = (sure / found.types.length).toFixed(2);
    const exact = found.start === span.start && found.end === span.end;
    // A term inside a longer one may well be an entity too: the lexicon cannot tell which terms nest.
    if (this.terms.types(term).includes(asked)) return `判断：是，实体：${term}，类型：${typeName}，置信度：${exact ? confidence : unsure}`;
    const name = listed.find((candidate) => typeNamed(candidate) === found.types[0]);
    return `判断：否，实体：${name === undefined ? nothing : found.term}，类型：${name ?? nothing}，置信度：${name === undefined ? unsure : confidence}`;
  }
}

/** The data of a name: of a conversation's examples and question, the question's; a second question after a reject holds none of these. */
function block(messages: readonly ChatMessage[], name: string): string {
  const blocks = messages.filter(({ role }) => role === 'user').flatMap(({ content }) => dataBlocks(content));
  return blocks.filter((one) => one.name === name).pop()?.text ?? '';
}

const lines = (items: readonly string[]): string => (items.length > 0 ? items.join('\n') : nothing);
const yesOrNo = (yes: boolean): string => (yes ? '是' : '否');
