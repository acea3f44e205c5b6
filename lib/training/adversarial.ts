import * as tf from '@tensorflow/tfjs';
import type { Parameter } from '../layers/parameters';

/** The table of token embeddings among a model's parameters, by its published name. */
function tokenEmbeddings(parameters: readonly Parameter[]): tf.Variable {
  const tables = parameters.filter(({ name }) => name.endsWith('word_embeddings.weight'));
  if (tables.length !== 1) throw new Error(`adversarial training wants one table of token embeddings, and the model has ${tables.length}`);
  return tables[0].variable;
}

/**
 * The fast gradient method (Miyato et al. 2017, section 3) as it is used on BERT: the table of token embeddings is moved by
 *
 *   r = ε g / ‖g‖,
 *
 * g its gradient in the batch and ‖g‖ the L2 norm over the whole table, the gradients there, with dropout masks of their own, are
 * added to `gradients`, and the table is set back to the very tensor that it was. (Miyato et al. move the normalised embeddings of each
 * sequence by itself; the table's move is common to all of a batch, as in the code in use.) A gradient of 0 moves nothing.
 *
 * @param gradients by variable name; entries are replaced by the sums and the old ones disposed
 * @param compute the gradients of the loss on the same batch where the parameters now are
 */
export function addAdversarialGradients(
  parameters: readonly Parameter[],
  gradients: tf.NamedTensorMap,
  epsilon: number,
  compute: () => tf.NamedTensorMap,
): void {
  const table = tokenEmbeddings(parameters);
  const original = table.clone(); // shares the values, which nothing writes over
  let adversarial: tf.NamedTensorMap;
  try {
    tf.tidy(() => {
      const gradient = gradients[table.name];
      table.assign(tf.add(original, tf.mul(gradient, tf.divNoNan(epsilon, tf.norm(gradient)))));
    });
    adversarial = compute();
  } finally {
    table.assign(original);
    original.dispose();
  }
  for (const [name, gradient] of Object.entries(adversarial)) {
    const clean = gradients[name];
    gradients[name] = tf.add(clean, gradient);
    tf.dispose([clean, gradient]);
  }
}
