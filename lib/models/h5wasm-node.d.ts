/** The build of h5wasm for Node, which reads files from disk; its package maps the types of the main entry to it. */
declare module 'h5wasm/node' {
  export * from 'h5wasm';
}
