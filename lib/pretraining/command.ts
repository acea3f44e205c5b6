import { assignments, quoted } from '../experiments';
import { defaultsFrom, pretrainDefaults, type PretrainConfig } from './config';
import { wordVectorDefaults, type WordVectorTraining } from './word-vector-config';

/** The command that makes a pre-training of this config: the defaults and what differs from them. */
export function pretrainCommand(config: PretrainConfig): string {
  const { from, text } = config;
  const { sources, corpora, guarded } = text;
  const defaults = from === undefined ? pretrainDefaults : defaultsFrom(from);
  const base = { ...defaults, text: { ...defaults.text, sources, corpora, guarded } };
  return commandLine('npx medner pretrain', text, config, base, from === undefined ? [] : ['--from', from]);
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
