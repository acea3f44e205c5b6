import { existsSync, readdirSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { canonicalJson, projectRoot, sha256, sha256File } from '../../common';
import type { ModelIdentity } from '../types';
import { dtypes, modelFiles } from './library';

/** A chat model in a folder of this machine, run by transformers.js. */
export const LocalEntry = z.strictObject({
  /** As commands and tables name it. */
  name: z.string().regex(/^[\w.:-]+$/, 'must be letters, digits and . : _ - only'),
  /** With config.json, tokenizer.json, tokenizer_config.json and onnx/model….onnx; a relative path is the project's. */
  folder: z.string().min(1),
  /** How the parameters are held: the folder must have the file for it. */
  dtype: z.enum(dtypes).default('fp32'),
  /** Tokens that prompt and reply may have together. */
  context: z.int().positive(),
});
export type LocalEntry = z.infer<typeof LocalEntry>;

export const localFolder = ({ folder }: Pick<LocalEntry, 'folder'>): string => path.resolve(projectRoot, folder);

/** The graph of a decoder-only model. */
export const chatGraph = 'model';

export const templateFile = 'chat_template.jinja';

/** What the folder holds, wherever it lies: its small files by their content, the parameters, which may take gigabytes, by their size. */
export function localIdentity(entry: LocalEntry): ModelIdentity {
  const folder = localFolder(entry);
  const files = modelFiles(folder, [chatGraph], entry.dtype);
  const graph = files.find((file) => file.endsWith('.onnx'))!;
  const further = ['generation_config.json', templateFile].map((name) => path.join(folder, name)).filter(existsSync);
  // Large parameters stand in files of their own beside the graph: model.onnx_data, model.onnx_data_1.
  const parameters = readdirSync(path.dirname(graph)).filter((name) => name.startsWith(path.basename(graph))).sort();
  const content = [
    ...[...files.filter((file) => file !== graph), ...further].map((file) => [path.basename(file), sha256File(file)]),
    ...parameters.map((name) => [name, statSync(path.join(path.dirname(graph), name)).size]),
  ];
  return { model: `local:${path.basename(folder)}`, body: { dtype: entry.dtype, files: sha256(canonicalJson(content)) } };
}
