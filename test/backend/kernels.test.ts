import { allCases, compareWithCpu } from './compare';
import { needs, whereBuilt } from './support';

// Each kernel on each backend against tfjs's plain JavaScript.
for (const backend of whereBuilt('torch', 'wasm', 'tensorflow')) {
  describe(`kernels on ${backend}`, () => {
    before(async function () { await needs(backend, this); });

    for (const one of allCases) {
      const differs = one.differs?.[backend];
      if (differs) it.skip(`${one.name}: differs (${differs})`);
      else it(one.name, () => compareWithCpu(one, backend));
    }
  });
}
