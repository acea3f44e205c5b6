import * as path from 'node:path';
import { displayPath, inProject, InputError, projectRoot } from '../../common';
import { placedName } from '../../corpus/locate';

/** How a file was made, as its name shows it. */
export interface ProviderName {
  /** Of llm.yaml. */
  model: string;
  retrieval: boolean;
  validated: boolean;
}

/** `qwen`, `qwen+retrieval`, `qwen+validated`, `qwen+retrieval+validated`: each has features of its own. Names in llm.yaml hold no +. */
export function providerName({ model, retrieval, validated }: ProviderName): string {
  return `${model}${retrieval ? '+retrieval' : ''}${validated ? '+validated' : ''}`;
}

/** Where the features of a corpus lie. */
export const featureFolder = (corpus: string): string => inProject('data', 'features', placedName(corpus));

/** The file of a provider: by its name, or the path of one; a relative one is the project's. */
export function featureFile(corpus: string, provider: string): string {
  if (provider.includes('/') || provider.endsWith('.jsonl')) return checkedFeatureFile(path.resolve(projectRoot, provider));
  return path.join(featureFolder(corpus), `${provider}.jsonl`);
}

/** @throws InputError unless it is named as a features file must be */
export function checkedFeatureFile(file: string): string {
  if (!file.endsWith('.jsonl')) throw new InputError(`${displayPath(file)}: a features file is called NAME.jsonl; its record lies beside it as NAME.json`);
  return path.resolve(file);
}

/** The record beside a features file. */
export const recordFile = (file: string): string => file.replace(/\.jsonl$/, '.json');
