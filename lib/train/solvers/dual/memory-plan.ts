/**
 * Where everything lies in the memory of the threads: the structures of `problem.as.ts`, written field by field, and the arrays that
 * they point to. Addresses and sizes are bytes.
 */

/** What has to be known to lay the memory out. */
export interface Sizes {
  /** Rows that train and that validate. */
  readonly training: number;
  readonly validation: number;
  /** Pixels of a face. */
  readonly inputs: number;
  readonly layers: readonly {
    readonly units: number;
    /** Code of the activation. */
    readonly activation: number;
    readonly useBias: boolean;
  }[];
  readonly trainingLabels: number;
  readonly validationLabels: number;
  readonly learningRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly threads: number;
  /** Scratch of the matrix product, for each thread. */
  readonly scratchBytes: number;
}

/** Fields of `Problem` and `Layer`, in the order of `problem.as.ts`. */
const PROBLEM_FIELDS = [
  ...['layers', 'inputs', 'trainingPanels', 'panels', 'trainingLabels', 'validationLabels', 'learningRate', 'momentum'],
  ...['nesterov', 'x', 'k', 'w0', 'z0', 'y', 'mask', 'losses', 'last', 'best', 'scratch', 'scratchBytes'],
] as const;
const LAYER_FIELDS = [
  ...['units', 'realUnits', 'inputs', 'activation', 'hasBias', 'weights', 'bestWeights', 'flipped', 'gradient'],
  ...['velocity', 'bias', 'bestBias', 'biasGradient', 'biasVelocity', 'h', 'delta'],
] as const;
/** The fields that are float32; all others are 32-bit integers. */
const FLOATS: ReadonlySet<string> = new Set(['trainingLabels', 'validationLabels', 'learningRate', 'momentum']);

type Fields = Readonly<Record<string, number>>;

export interface MemoryPlan {
  readonly sizes: Sizes;
  readonly problem: Fields;
  readonly layers: readonly Fields[];
  /** All that is needed. */
  readonly bytes: number;
}

const FIRST_BYTE = 65536; // below it stand the words of the threads, and the structures
const LINE = 64; // bytes of a cache line

/** Lays the memory out. */
export function planMemory(sizes: Sizes): MemoryPlan {
  let top = FIRST_BYTE;
  const take = (floats: number): number => {
    const at = top;
    top += Math.ceil((floats * 4) / LINE) * LINE;
    return at;
  };
  const { inputs, threads, scratchBytes, momentum } = sizes;
  const trainingPanels = panelsOf(sizes.training);
  const panels = trainingPanels + panelsOf(sizes.validation);
  const n = trainingPanels * 8;
  const outputs = padded(sizes.layers.at(-1)?.units as number);
  const first = sizes.layers[0]?.units as number;
  const scratch = take((threads * scratchBytes) / 4);
  const problem: Fields = {
    layers: sizes.layers.length,
    ...{ inputs, trainingPanels, panels },
    ...{ trainingLabels: sizes.trainingLabels, validationLabels: sizes.validationLabels },
    ...{ learningRate: sizes.learningRate, momentum, nesterov: sizes.nesterov ? 1 : 0 },
    ...{ x: take(panels * 8 * inputs), k: take(panels * n * 8) },
    ...{ w0: take(inputs * first), z0: take(panels * padded(first) * 8) },
    ...{ y: take(panels * outputs * 8), mask: take(panels * outputs * 8), losses: take(panels) },
    ...{ last: take(inputs * first), best: take(inputs * first), scratch, scratchBytes },
  };
  const layers = sizes.layers.map((layer, l): Fields => {
    const units = padded(layer.units);
    const below = l === 0 ? n : padded(sizes.layers[l - 1]?.units as number);
    const weights = units * below;
    return {
      ...{ units, realUnits: layer.units, inputs: below },
      ...{ activation: layer.activation, hasBias: layer.useBias ? 1 : 0 },
      ...{ weights: take(weights), bestWeights: take(weights) },
      ...{ flipped: l > 0 ? take(weights) : 0, gradient: l > 0 ? take(weights) : 0 },
      velocity: momentum > 0 ? take(weights) : 0,
      ...{ bias: take(units), bestBias: take(units), biasGradient: take(units), biasVelocity: take(units) },
      ...{ h: take(panels * units * 8), delta: take(trainingPanels * units * 8) },
    };
  });
  return { sizes, problem, layers, bytes: top };
}

/** Writes the structures to where the threads look for them. */
export function writePlan(buffer: ArrayBufferLike, address: number, { problem, layers }: MemoryPlan): void {
  const integers = new Uint32Array(buffer);
  const floats = new Float32Array(buffer);
  let word = address / 4;
  const write = (fields: Fields, names: readonly string[]): void => {
    for (const name of names) (FLOATS.has(name) ? floats : integers)[word++] = fields[name] as number;
  };
  write(problem, PROBLEM_FIELDS);
  for (const layer of layers) write(layer, LAYER_FIELDS);
}

/** Eight samples are a panel. */
function panelsOf(samples: number): number {
  return Math.ceil(samples / 8);
}

/** Units are computed in fours. */
export function padded(units: number): number {
  return Math.ceil(units / 4) * 4;
}
