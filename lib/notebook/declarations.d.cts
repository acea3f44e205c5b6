export function ensureDeclarations(root: string): Promise<string>;
