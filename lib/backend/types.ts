export type BackendName = 'torch' | 'tensorflow' | 'wasm' | 'cpu';

/** The backend that computes in this process. Every run record carries it. */
export interface BackendInfo {
  name: BackendName;
  /** `cpu`, or a GPU as libtorch names it: `cuda:0 (NVIDIA H200)`. */
  device: string;
  /** Threads a single operation may use. */
  threads: number;
  /** tfjs's version, and that of the library beneath it. */
  versions: Record<string, string>;
  /** What a user should know, such as why a faster backend is not in use. */
  notes: string[];
}

/** One row of the doctor's list. */
export interface BackendProbe {
  name: BackendName;
  device: string;
  available: boolean;
  version?: string;
  /** Why it is not available. */
  reason?: string;
  /** How to get it. */
  remedy?: string;
}
