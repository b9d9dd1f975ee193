/** The table of commands. A command's module, and with it tfjs, is loaded only when that command is called. */

import type { CommandEntry } from './command-entry';

export const commands: readonly CommandEntry[] = [
  {
    name: 'train',
    summary: 'train a network on a CSV of faces, or on synthetic ones, and score it',
    load: () => (require('./train-command') as typeof import('./train-command')).trainCommand(),
  },
  {
    name: 'compare',
    summary: 'train one network for each of several settings, and compare them',
    load: () => (require('./compare-command') as typeof import('./compare-command')).compareCommand(),
  },
  {
    name: 'evaluate',
    summary: 'score a bundle on a file of faces',
    load: () => (require('./evaluate-command') as typeof import('./evaluate-command')).evaluateCommand(),
  },
  {
    name: 'predict',
    summary: 'predict the landmarks of photos, or of a file of faces',
    load: () => (require('./predict-command') as typeof import('./predict-command')).predictCommand(),
  },
  {
    name: 'serve',
    summary: 'serve networks over HTTP: photos in, named points out',
    load: () => (require('./serve-command') as typeof import('./serve-command')).serveCommand(),
  },
  {
    name: 'show',
    summary: 'draw faces with their landmarks on one sheet',
    load: () => (require('./show-command') as typeof import('./show-command')).showCommand(),
  },
  {
    name: 'synth',
    summary: 'write synthetic faces as a CSV',
    load: () => (require('./synth-command') as typeof import('./synth-command')).synthCommand(),
  },
  {
    name: 'doctor',
    summary: 'say what works on this machine, how fast, and why the rest does not',
    load: () => (require('./doctor-command') as typeof import('./doctor-command')).doctorCommand(),
  },
  {
    name: 'native',
    summary: 'make TensorFlow (tfjs-node), the fastest engine, work in this project',
    load: () => (require('./native-command') as typeof import('./native-command')).nativeCommand(),
  },
  {
    name: 'completion',
    summary: "print a script for the shell's Tab key",
    load: () => (require('./completion-command') as typeof import('./completion-command')).completionCommand(commands),
  },
];
