/* eslint-disable @typescript-eslint/no-require-imports -- import() would go past the TypeScript loader, which hooks require */
import type * as Augment from '../augment';
import type * as Backend from '../backend';
import type * as Corpus from '../corpus';
import type * as Demo from '../demo';
import type * as Experiments from '../experiments';
import type * as Figures from '../figures';
import type * as Llm from '../llm';
import type * as Pretraining from '../pretraining';
import type * as Registry from '../models/registry';

/** Modules that take seconds to load, loaded when a command runs, so that `--help` is quick. */
export const lazy = {
  augment: () => require('../augment') as typeof Augment,
  backend: () => require('../backend') as typeof Backend,
  corpus: () => require('../corpus') as typeof Corpus,
  demo: () => require('../demo') as typeof Demo,
  experiments: () => require('../experiments') as typeof Experiments,
  figures: () => require('../figures') as typeof Figures,
  llm: () => require('../llm') as typeof Llm,
  pretraining: () => require('../pretraining') as typeof Pretraining,
  registry: () => require('../models/registry') as typeof Registry,
};
