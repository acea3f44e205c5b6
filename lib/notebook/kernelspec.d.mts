export function installKernelspec(venv: string): Promise<string>;
