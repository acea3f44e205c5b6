import type { TypeName } from './prompts/few-shot-entities';

/** CMeEE's types in its publisher's words. The CCKS types are Chinese already. */
const names: Record<string, string> = {
  dis: '疾病', sym: '临床表现', dru: '药物', equ: '医疗设备', pro: '医疗程序', bod: '身体', ite: '医学检验项目', mic: '微生物类', dep: '科室',
};

/** An entity type as a model is told of it. */
export function typeName(id: string): TypeName {
  return { id, name: Object.hasOwn(names, id) ? names[id] : id };
}
