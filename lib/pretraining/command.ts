import { assignments, quoted } from '../experiments';
import { pretrainDefaults, type PretrainConfig } from './config';
import { wordVectorDefaults, type WordVectorTraining } from './word-vector-config';

/** The command that makes a pre-training of this config: the defaults and what differs from them. */
export function pretrainCommand(config: PretrainConfig): string {
  const { sources, corpora, guarded } = config.text;
  const base = { ...pretrainDefaults, text: { ...pretrainDefaults.text, sources, corpora, guarded } };
  return commandLine('npx medner pretrain', config.text, config, base);
}

/** The command that makes word vectors of this config. */
export function wordVectorCommand(config: WordVectorTraining): string {
  const { text, dictionaries } = config;
  return commandLine('npx medner word-vectors', text, config, { ...wordVectorDefaults, text, dictionaries }, dictionaries.flatMap((file) => ['--dictionary', file]));
}

function commandLine(command: string, { sources, corpora, guarded }: WordVectorTraining['text'], config: object, base: object, options: readonly string[] = []): string {
  const words = [
    ...sources,
    ...corpora.flatMap((name) => ['--corpus', name]),
    ...guarded.flatMap((name) => ['--guard', name]),
    ...options,
    ...assignments(config, base).flatMap((assignment) => ['--set', assignment]),
  ];
  return [command, ...words.map(quoted)].join(' ');
}
