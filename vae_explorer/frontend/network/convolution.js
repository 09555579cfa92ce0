/**
 * Convolutions as gathers (see kernels.js): which places of the input each output adds up.
 *
 * The input is padded beforehand, so that no position needs a test for the border. A convolution has one position a
 * pixel. A transposed convolution of stride s falls into s x s convolutions of stride 1, one for each output pixel's
 * place within its s x s cell; where the kernel is smaller than the stride, some of these add up nothing.
 *
 * @typedef {import("./kernels.js").Gather} Gather
 *
 * @typedef {object} Sizes
 * @property {number} inputs   channels
 * @property {number} outputs  channels
 * @property {number} kernel
 * @property {number} stride
 * @property {number} padding
 * @property {number} outputPadding  more rows and columns at the end, of a transposed convolution
 *
 * @typedef {object} Planes
 * @property {number} across   columns of the padded input
 * @property {number} down     rows of the padded input
 * @property {number} rows     of the output
 * @property {number} columns  of the output
 *
 * @typedef {object} Convolution
 * @property {(side: number, sizes: Sizes) => number} sideAfter  of the output
 * @property {(sizes: Sizes) => number} margin            rows and columns of zeros around the padded input
 * @property {(sizes: Sizes) => number[]} weightShape     in torch's layout
 * @property {(sizes: Sizes, planes: Planes, weight: Float32Array, bias: Float32Array) => Gather[]} gathers
 */

import { makeGather } from "./kernels.js";

/** @type {Convolution} */
export const convolution = {
  sideAfter: (side, { kernel, stride, padding }) => Math.floor((side + 2 * padding - kernel) / stride) + 1,
  margin: ({ padding }) => padding,
  weightShape: ({ inputs, outputs, kernel }) => [outputs, inputs, kernel, kernel],

  gathers({ inputs, kernel, stride }, { across, down, rows, columns }, weight, bias) {
    const taps = kernel * kernel;
    const offset = Int32Array.from({ length: inputs * taps }, (_, k) => {
      const tap = k % taps;
      return (Math.floor(k / taps) * down + Math.floor(tap / kernel)) * across + (tap % kernel);
    });
    const positions = Array.from({ length: rows * columns }, (_, p) => ({
      from: Math.floor(p / columns) * stride * across + (p % columns) * stride,
      to: p,
    }));
    return [makeGather(bias, offset, positions, rows * columns, (o, k) => weight[o * offset.length + k])];
  },
};

/**
 * Output row y gets kernel row r where r = y + padding (mod stride), from input row (y + padding - r) / stride.
 *
 * @type {Convolution}
 */
export const transposedConvolution = {
  sideAfter: (side, { kernel, stride, padding, outputPadding }) =>
    (side - 1) * stride - 2 * padding + kernel + outputPadding,
  margin: ({ kernel, stride, padding, outputPadding }) =>
    Math.max(0, Math.ceil((kernel - 1 - padding + outputPadding) / stride)),
  weightShape: ({ inputs, outputs, kernel }) => [inputs, outputs, kernel, kernel],

  gathers(sizes, { across, down, rows, columns }, weight, bias) {
    const { inputs, outputs, kernel, stride, padding } = sizes;
    const margin = transposedConvolution.margin(sizes);
    /** @param {number} first */
    const tapsOf = (first) =>
      Array.from({ length: kernel }, (_, tap) => ({ tap, shift: (first + padding - tap) / stride })).filter(
        ({ shift }) => Number.isInteger(shift),
      );
    /** @type {Gather[]} */
    const gathers = [];
    for (let top = 0; top < Math.min(stride, rows); top++) {
      for (let left = 0; left < Math.min(stride, columns); left++) {
        const taps = tapsOf(top).flatMap((row) => tapsOf(left).map((column) => ({ row, column })));
        const places = Array.from({ length: inputs }, (_, channel) => taps.map((tap) => ({ channel, ...tap }))).flat();
        const offset = Int32Array.from(places, (p) => (p.channel * down + p.row.shift) * across + p.column.shift);
        const positions = [];
        for (let y = top; y < rows; y += stride) {
          for (let x = left; x < columns; x += stride) {
            const from = ((y - top) / stride + margin) * across + (x - left) / stride + margin;
            positions.push({ from, to: y * columns + x });
          }
        }
        gathers.push(
          makeGather(bias, offset, positions, rows * columns, (o, k) => {
            const { channel, row, column } = places[k];
            return weight[((channel * outputs + o) * kernel + row.tap) * kernel + column.tap];
          }),
        );
      }
    }
    return gathers;
  },
};
