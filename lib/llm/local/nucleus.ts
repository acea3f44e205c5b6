/**
 * Draws a token by temperature and nucleus (top-p) sampling (Holtzman et al. 2020): of softmax(logits / temperature), the likeliest tokens whose
 * probabilities together reach `topP`, renormalised. transformers.js has temperature only, and leaves top-p aside.
 * @param uniform from [0, 1)
 * @returns the token's index; with temperature 0 the likeliest's
 */
export function sampleNucleus(logits: ArrayLike<number>, { temperature, topP }: { temperature: number; topP: number }, uniform: number): number {
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i;
  if (temperature === 0) return best;
  // Unnormalised: the likeliest has 1.
  const weight = (i: number): number => Math.exp((logits[i] - logits[best]) / temperature);
  let total = 0;
  const likely: { token: number; weight: number }[] = [];
  for (let token = 0; token < logits.length; token++) {
    const own = weight(token);
    total += own;
    // All tokens below this have together less than a millionth of a millionth.
    if (own * logits.length > 1e-12) likely.push({ token, weight: own });
  }
  likely.sort((a, b) => b.weight - a.weight || a.token - b.token);
  let kept = 0;
  let count = 0;
  while (count < likely.length && (count === 0 || kept < topP * total)) kept += likely[count++].weight;
  let rest = uniform * kept;
  for (let i = 0; i < count; i++) {
    rest -= likely[i].weight;
    if (rest < 0) return likely[i].token;
  }
  return likely[count - 1].token;
}
