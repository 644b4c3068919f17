// The glue that Emscripten writes (build/wasm/systemsim.js), under the name by which worker.js asks for it.
// The bundler maps the name to the file; it is not in the repository, so its type is said here.
declare module 'virtual:glue' {
  const createSystemsim: import('./engine.d.ts').Glue;
  export default createSystemsim;
}
