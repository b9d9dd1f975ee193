/**
 * Builds the page of `facemark serve` (`lib/serve/page/`) into `dist/serve/page/`; part of `npm run build`. The page imports what the
 * server runs, from `lib/`: each file that it reaches becomes one ES module of its own, all side by side, with a type check elsewhere
 * (`npm run types`). HTML and CSS are copied.
 */

import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const PAGE = join(ROOT, 'lib', 'serve', 'page');
const TARGET = join(ROOT, 'dist', 'serve', 'page');
/** Where the page and its workers begin. */
const ENTRIES = ['page.ts', 'network-worker.ts', 'sample-worker.ts'];
/** What is not ours is copied with its notice. */
const NOTICES = { 'pure-rand': '// pure-rand, Copyright (c) 2018 Nicolas DUBIEN, MIT License\n' };

const modules = new Map(); // name → the file that it is made of

async function build(file) {
  const name = nameOf(file);
  if (modules.get(name) === file) return;
  if (modules.has(name)) throw new Error(`two files of the page are called ${name}: ${modules.get(name)} and ${file}`);
  modules.set(name, file);
  let code = transpile(await readFile(file, 'utf8'), file);
  const imports = ts.preProcessFile(code).importedFiles.map(({ fileName, pos }) => ({
    ...{ from: pos, to: pos + fileName.length + 2, imported: resolve(fileName, file) }, // the name and its quotes
  }));
  for (const { from, to, imported } of imports.toReversed()) // the last first, so that the others stay where they are
    code = `${code.slice(0, from)}'./${nameOf(imported)}'${code.slice(to)}`;
  const notice = Object.entries(NOTICES).find(([from]) => file.includes(join('node_modules', from)))?.[1] ?? '';
  await writeFile(join(TARGET, name), notice + code);
  for (const { imported } of imports) await build(imported);
}

function transpile(text, fileName) {
  const { ES2022, ESNext } = { ...ts.ScriptTarget, ...ts.ModuleKind };
  const compilerOptions = { target: ES2022, module: ESNext, isolatedModules: true, removeComments: false };
  return fileName.endsWith('.js') ? text : ts.transpileModule(text, { fileName, compilerOptions }).outputText;
}

function resolve(specifier, from) {
  if (!specifier.startsWith('.')) return fileURLToPath(import.meta.resolve(specifier));
  return join(dirname(from), specifier) + (specifier.endsWith('.js') ? '' : '.ts');
}

function nameOf(file) {
  return basename(file).replace(/\.ts$/, '.js');
}

await rm(TARGET, { recursive: true, force: true });
await mkdir(TARGET, { recursive: true });
for (const entry of ENTRIES) await build(join(PAGE, entry));
for (const name of await readdir(PAGE))
  if (/\.(html|css|svg)$/.test(name)) await copyFile(join(PAGE, name), join(TARGET, name));
