/**
 * Colours and letters of every picture. The colours are those of Okabe and Ito (2008), told apart by every kind of colour vision; what
 * they tell apart differs in shape or dash as well.
 */

import { checkOneOf } from '../options';

export const THEMES = ['light', 'dark'] as const;
export type ThemeName = (typeof THEMES)[number];

export interface Theme {
  readonly background: string;
  readonly text: string;
  /** Captions, axes. */
  readonly muted: string;
  readonly grid: string;
  readonly training: string;
  readonly validation: string;
  /** Lines and bars of a comparison, in turn. */
  readonly series: readonly string[];
}

const SERIES = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#8A7000', '#444444'] as const;

const themes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    background: '#ffffff',
    text: '#1a1a1a',
    muted: '#5c5c5c',
    grid: '#e3e3e3',
    training: '#0072B2',
    validation: '#D55E00',
    series: SERIES,
  },
  dark: {
    background: '#161719',
    text: '#f0f0f0',
    muted: '#a9adb3',
    grid: '#34373b',
    training: '#56B4E9',
    validation: '#E69F00',
    series: ['#56B4E9', '#E69F00', '#2FC49A', '#E59CC4', '#F0E442', '#7FA8FF', '#D98255', '#d0d0d0'],
  },
};

/** Landmarks lie on gray pictures, which are the same in both themes. */
export const MARKS = { truth: '#56B4E9', predicted: '#FF9F1C', outline: '#000000' } as const;

/** Inter comes with the package, for PNGs; a browser that lacks it takes its own sans. */
export const FONT = "Inter, 'Helvetica Neue', Arial, sans-serif";

/**
 * A theme by name.
 *
 * @throws FacemarkError `bad-option` for a name that is none
 */
export function themeOf(name: ThemeName): Theme {
  checkOneOf('theme', name, THEMES);
  return themes[name];
}
