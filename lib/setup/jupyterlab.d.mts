export function jupyterLab(folders?: { root?: string; state?: string }): { args: string[]; env: Record<string, string | undefined> };
