/* eslint-disable @typescript-eslint/no-require-imports -- loaded when a local model is asked for: it takes a second and needs a native library */
import { existsSync } from 'node:fs';
import * as path from 'node:path';
import type * as Transformers from '@xenova/transformers';
import { displayPath, InputError, JobError } from '../../common';

let loaded: typeof Transformers | undefined;

/**
 * transformers.js, told to load nothing that is not on this machine.
 * @throws JobError where its ONNX runtime cannot be loaded
 */
export function transformers(): typeof Transformers {
  if (!loaded) {
    try {
      loaded = require('@xenova/transformers') as typeof Transformers;
    } catch (error) {
      throw new JobError(
        `local models need the ONNX runtime, which cannot be loaded here: ${(error as Error).message.split('\n', 1)[0]}. The package onnxruntime-node brings it ready-made for ` +
          'Linux (x64, arm64), macOS (arm64) and Windows; `npm run setup` installs it anew. Elsewhere, put the model behind a server (baseURL in llm.yaml)',
      );
    }
    loaded.env.allowRemoteModels = false;
    loaded.env.allowLocalModels = true;
    // Its warnings are not about what a user did.
    loaded.env.logLevel = loaded.LogLevel.ERROR;
  }
  return loaded;
}

/** How the parameters are held; a folder has files for some of these only. */
export const dtypes = ['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'q4f16', 'bnb4'] as const;
export type Dtype = (typeof dtypes)[number];

/** What the published folders put at the end of a file's name. */
const suffixes: Record<Dtype, string> = { fp32: '', fp16: '_fp16', q8: '_quantized', int8: '_int8', uint8: '_uint8', q4: '_q4', q4f16: '_q4f16', bnb4: '_bnb4' };

/**
 * The files of a folder with a model as transformers.js takes it.
 * @param graphs names of its ONNX files, without suffix
 * @throws InputError naming what is missing and how such a folder is made
 */
export function modelFiles(folder: string, graphs: readonly string[], dtype: Dtype): string[] {
  const files = ['config.json', 'tokenizer.json', 'tokenizer_config.json', ...graphs.map((graph) => path.join('onnx', `${graph}${suffixes[dtype]}.onnx`))];
  const missing = files.filter((file) => !existsSync(path.join(folder, file)));
  if (missing.length > 0) {
    throw new InputError(
      `${displayPath(folder)}: ${existsSync(folder) ? `${missing.join(', ')} is not there` : 'there is no such folder'}. A local model is a folder with an ONNX export for ` +
        `transformers.js (dtype ${dtype}), such as the repositories of onnx-community and Xenova on the Hugging Face hub, or what \`optimum-cli export onnx\` writes, with its .onnx files in onnx/. ` +
        'Nothing is ever downloaded here',
    );
  }
  return files.map((file) => path.join(folder, file));
}
