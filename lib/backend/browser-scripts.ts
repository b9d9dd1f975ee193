/** TensorFlow.js for browsers: where its scripts lie among the installed packages. They make one global, `tf`, in this order. */

export const BROWSER_SCRIPTS: Readonly<Record<string, string>> = Object.freeze({
  'tf-core.js': '@tensorflow/tfjs-core/dist/tf-core.es2017.min.js',
  'tf-backend-cpu.js': '@tensorflow/tfjs-backend-cpu/dist/tf-backend-cpu.es2017.min.js',
  'tf-layers.js': '@tensorflow/tfjs-layers/dist/tf-layers.es2017.min.js',
});

/** The file of one of them on this machine. */
export function browserScript(name: string): string {
  return require.resolve(BROWSER_SCRIPTS[name] as string);
}
