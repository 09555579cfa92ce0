/**
 * A model as the page sees it: a manifest, and the files that are fetched when somebody asks for them.
 *
 * @typedef {import("./types.js").FileRef} FileRef
 * @typedef {import("./types.js").Manifest} Manifest
 * @typedef {import("./network/safetensors.js").Tensor} Tensor
 *
 * @typedef {object} Layout
 *   Where a projection puts the codes.
 * @property {Float32Array} points           (N, 2 or 3)
 * @property {LinearMap | null} linear       null if the projection has no formula
 *
 * @typedef {{mean: Float32Array, components: Float32Array}} LinearMap
 *   A code lies at components · (z - mean); mean (D), components (3, D) orthonormal.
 *
 * @typedef {object} Codes
 *   What the encoder makes of the model's pictures; N pictures, D latent dimensions.
 * @property {number} count               N
 * @property {Float32Array} mu            (N, D)
 * @property {Uint8Array} label           (N)
 * @property {Record<string, Layout>} layouts  by the name of a projection's tensor
 * @property {Float32Array} kl            (N) nats
 * @property {Float32Array} reconstruction (N) nats
 * @property {Uint8Array | null} predictedClass  (N) the classifier's reading of the reconstruction; null without a classifier
 * @property {Float32Array | null} confidence    (N) the probability it gives that class
 * @property {NeighbourDistances} neighbourDistances
 *
 * @typedef {object} NeighbourDistances
 *   Percentiles of the distance from a code to the nearest of \`mu\`, in the dimensions that are used: one row, or one for
 *   each class that the decoder is conditioned on; see \`vae_explorer/catalog/neighbour_distances.py\`. NaN where there are too few
 *   codes.
 * @property {Float32Array} posterior  (rows, 101) of samples from the posteriors of other pictures than the nearest
 * @property {Float32Array | null} prior  (rows, 101) of samples from N(0, I); null for a plain autoencoder
 */

import { readCodes } from "./codes_file.js";
import { fetchChecked } from "./files.js";
import { Network } from "./network/network.js";
import { FormatError, parseSafetensors } from "./network/safetensors.js";
import { isOwnFile, ownFile } from "./own/page_files.js";
import { PIXELS, SIDE } from "./picture/size.js";

const TILES_PER_ROW = 100;

/**
 * @param {Manifest} manifest
 * @param {string} baseUrl
 * @returns {Model}
 */
export function openModel(manifest, baseUrl) {
  return new Model(manifest, baseUrl);
}

export class Model {
  /** @type {Map<string, Promise<any>>} */
  #opened = new Map();

  /**
   * @param {Manifest} manifest
   * @param {string} baseUrl
   */
  constructor(manifest, baseUrl) {
    this.manifest = manifest;
    this.baseUrl = baseUrl;
  }

  /** @returns {Promise<Network>} */
  decoder() {
    return this.#once("decoder", (buffer) => {
      const network = new Network(parseSafetensors(buffer));
      const { latent_dim: dim, classes } = this.manifest;
      requireSizes("decoder", network, dim + classes, PIXELS);
      return network;
    });
  }

  /**
   * The decoder without its last layer, a sigmoid: a code to the logits of the pixels (784), from the same file.
   *
   * @returns {Promise<Network>}
   */
  decoderLogits() {
    const { latent_dim: dim, classes, files } = this.manifest;
    /** @param {ArrayBuffer} buffer */
    const read = (buffer) => {
      const network = new Network(withoutSigmoid(parseSafetensors(buffer)));
      requireSizes("decoder", network, dim + classes, PIXELS);
      return network;
    };
    return this.#once("decoderLogits", read, files.decoder);
  }

  /**
   * An image to mu and log_var; see `encoderInput` for where a conditional model gets the class.
   *
   * @returns {Promise<Network>}
   */
  encoder() {
    return this.#once("encoder", (buffer) => {
      const network = new Network(parseSafetensors(buffer));
      requireSizes("encoder", network, network.inputs, 2 * this.manifest.latent_dim);
      return network;
    });
  }

  /** Whether there is a classifier for this data set. */
  get hasClassifier() {
    return this.manifest.files.classifier !== undefined;
  }

  /** An image (784) to logits, one per class. @returns {Promise<Network>} */
  classifier() {
    return this.#once("classifier", (buffer) => {
      const network = new Network(parseSafetensors(buffer));
      requireSizes("classifier", network, PIXELS, this.manifest.data.classes.length);
      return network;
    });
  }

  /** @returns {Promise<Codes>} */
  codes() {
    return this.#once("codes", (buffer) => readCodes(buffer, this.manifest));
  }

  /**
   * What a sampler draws with: {} for one that needs nothing.
   *
   * @param {string} name
   * @returns {Promise<Record<string, Tensor>>}
   */
  async samplerTensors(name) {
    const file = this.manifest.samplers.find((sampler) => sampler.name === name)?.file;
    return file ? this.#once(name, (buffer) => parseSafetensors(buffer).tensors, file) : {};
  }

  /** @returns {Promise<Atlas>} */
  digits() {
    return this.#once("digits", async (buffer) => {
      // No colour management: a grey value has to come out as it went in.
      const options = /** @type {const} */ ({ colorSpaceConversion: "none", premultiplyAlpha: "none" });
      const bitmap = await createImageBitmap(new Blob([buffer], { type: "image/png" }), options).catch(() => {
        throw new FormatError(
          "The image of all pictures could not be read. Reload the page; if it happens again, restart the app.",
        );
      });
      return new Atlas(bitmap, this.manifest.data.count);
    });
  }

  /**
   * @template T
   * @param {string} name
   * @param {(buffer: ArrayBuffer) => T | Promise<T>} read
   * @param {FileRef} [file]
   * @returns {Promise<T>}
   */
  #once(name, read, file = this.manifest.files[/** @type {keyof Manifest["files"]} */ (name)]) {
    let pending = this.#opened.get(name);
    if (!pending) {
      if (!file) return Promise.reject(new FormatError(`This model has no file “${name}”.`));
      // Where somebody waits for a picture, what it needs is not slowed down by what can come after it.
      const first = name === "decoder" ? undefined : this.#opened.get("decoder")?.catch(() => {});
      pending = Promise.resolve(first)
        .then(() => (isOwnFile(file) ? ownFile(file) : fetchChecked(file, this.baseUrl)))
        .then(read);
      // A failure is not kept: the next call tries again.
      pending.catch(() => this.#opened.delete(name));
      this.#opened.set(name, pending);
    }
    return pending;
  }
}

/** All pictures of a model in one bitmap. */
export class Atlas {
  /** @type {CanvasRenderingContext2D | null} */
  #reader = null;

  /**
   * @param {ImageBitmap} bitmap
   * @param {number} count
   */
  constructor(bitmap, count) {
    // As vae_explorer/storage/picture_atlas.py writes and reads it: always a full row wide, and taller does no harm.
    const rows = Math.ceil(count / TILES_PER_ROW);
    if (bitmap.width !== TILES_PER_ROW * SIDE || bitmap.height < rows * SIDE) {
      throw new FormatError(
        `The image of all pictures is ${bitmap.width} x ${bitmap.height}, too small for ${count} pictures.`,
      );
    }
    this.bitmap = bitmap;
    this.count = count;
  }

  /**
   * Draws a test picture with its pixels as squares.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {number} index  0…count - 1
   * @param {number} x
   * @param {number} y
   * @param {number} size   side, in the canvas's pixels
   */
  draw(context, index, x, y, size) {
    const left = (index % TILES_PER_ROW) * SIDE;
    const top = Math.floor(index / TILES_PER_ROW) * SIDE;
    context.imageSmoothingEnabled = false;
    context.drawImage(this.bitmap, left, top, SIDE, SIDE, x, y, size, size);
  }

  /**
   * @param {number} index
   * @returns {Float32Array}  (784) in 0…1
   */
  pixels(index) {
    if (!this.#reader) {
      const canvas = document.createElement("canvas");
      canvas.width = canvas.height = SIDE;
      this.#reader = canvas.getContext("2d", { willReadFrequently: true });
    }
    const reader = /** @type {CanvasRenderingContext2D} */ (this.#reader);
    this.draw(reader, index, 0, 0, SIDE);
    const rgba = reader.getImageData(0, 0, SIDE, SIDE).data;
    return Float32Array.from({ length: PIXELS }, (_, i) => rgba[4 * i] / 255);
  }
}

/**
 * What the decoder reads: the code, and behind it the class as one-hot where the model is conditional.
 *
 * @param {Manifest} manifest
 * @param {ArrayLike<number>} z    (D)
 * @param {number | null} label
 * @param {Float32Array} [into]    (D + classes); made if not given
 * @returns {Float32Array}
 */
export function decoderInput(manifest, z, label, into) {
  const { latent_dim: dim, classes } = manifest;
  const input = into ?? new Float32Array(dim + classes);
  for (let i = 0; i < dim; i++) input[i] = z[i];
  for (let i = 0; i < classes; i++) input[dim + i] = i === (label ?? 0) ? 1 : 0;
  return input;
}

/**
 * What the encoder reads: the image, and behind it the class where the model is conditional, as one-hot for dense layers
 * or as a plane of ones among planes of zeros for convolutions.
 *
 * @param {Manifest} manifest
 * @param {ArrayLike<number>} pixels  (784) in 0…1
 * @param {number | null} label
 * @param {Float32Array} into         (inputs of the encoder)
 * @returns {Float32Array}  `into`
 */
export function encoderInput({ classes }, pixels, label, into) {
  into.set(pixels);
  if (!classes) return into;
  const width = (into.length - PIXELS) / classes;
  into.fill(0, PIXELS);
  const start = PIXELS + (label ?? 0) * width;
  return into.fill(1, start, start + width);
}

/**
 * @param {import("./network/safetensors.js").Safetensors} file
 * @returns {import("./network/safetensors.js").Safetensors}
 */
function withoutSigmoid({ metadata, tensors }) {
  const layers = JSON.parse(metadata.layers ?? "[]");
  if (layers.pop()?.op !== "sigmoid") throw new FormatError("The decoder does not end in a sigmoid. Reload the page.");
  return { metadata: { ...metadata, layers: JSON.stringify(layers) }, tensors };
}

/**
 * @param {string} what
 * @param {Network} network
 * @param {number} inputs
 * @param {number} outputs
 */
function requireSizes(what, network, inputs, outputs) {
  if (network.inputs !== inputs || network.outputs !== outputs) {
    throw new FormatError(
      `The ${what} maps ${network.inputs} values to ${network.outputs}; ${inputs} to ${outputs} was expected.`,
    );
  }
}

/**
 * The standard deviation of the codes in a dimension.
 *
 * @param {Manifest} manifest
 * @param {number} dimension
 * @returns {number}  1 under the prior N(0, I); for a plain autoencoder, that over the test set
 */
export function deviationOf(manifest, dimension) {
  return manifest.deterministic ? Math.sqrt(manifest.mean_kl[dimension]) : 1;
}
