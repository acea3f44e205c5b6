import { assignments, quoted } from '../experiments';
import { pretrainDefaults, type PretrainConfig } from './config';

/** The command that makes a pre-training of this config: the defaults and what differs from them. */
export function pretrainCommand(config: PretrainConfig): string {
  const { sources, corpora, guarded } = config.text;
  const base = { ...pretrainDefaults, text: { ...pretrainDefaults.text, sources, corpora, guarded } };
  const words = [
    ...sources,
    ...corpora.flatMap((name) => ['--corpus', name]),
    ...guarded.flatMap((name) => ['--guard', name]),
    ...assignments(config, base).flatMap((assignment) => ['--set', assignment]),
  ];
  return ['npx medner pretrain', ...words.map(quoted)].join(' ');
}
