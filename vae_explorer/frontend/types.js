/**
 * Shapes that several modules share; types only, nothing here runs.
 *
 * @typedef {{url: string, bytes: number, crc32: number}} FileRef
 *   A file that the page may fetch: its address relative to the app's base, its length, and its CRC-32.
 *
 * @typedef {object} Manifest
 *   What the page knows of a model before it fetches anything.
 * @property {string} id             unique on this server
 * @property {string} name
 * @property {string} title
 * @property {string} teaches        one line
 * @property {number} latent_dim     D
 * @property {number} classes        0, or the number of classes that the decoder is conditioned on
 * @property {boolean} deterministic a plain autoencoder: no posterior, and not trained towards a prior
 * @property {number} limit          sliders go from -limit to +limit
 * @property {number[]} mean_kl      (D) nats, mean over the test set
 * @property {{name: string, noun: string, nouns: string, classes: string[], count: number, split: "test" | "training"}} data
 *   the pictures that the codes are of: captions say "a test digit" or "a training digit" by `split`
 * @property {{least_perplexity: number, largest_perplexity: number, landmarks: number, model_landmarks: number}} tsne
 *   the range of a visitor's own t-SNE, how many codes it lays out (the others are placed between these), and how many
 *   the model's own t-SNE laid out
 * @property {{decoder: FileRef, encoder: FileRef, codes: FileRef, digits: FileRef, judge?: FileRef}} files
 *   `judge` is a classifier of the same classes; only some data sets have one
 *
 * @typedef {object} ViewProps
 *   What every view is given. `z` and `label` apply only when `rev` differs from the last one applied.
 * @property {Manifest} manifest
 * @property {string} baseUrl  what the files' addresses are relative to
 * @property {string} session  two sessions in one tab never share a code
 * @property {number[]} z      (D)
 * @property {number | null} label
 * @property {number} rev
 * @property {Record<string, Setting>} link          the settings that a link to this model holds besides the code
 * @property {Record<string, Setting>} linkDefaults  what these are where a link does not name them
 *
 * @typedef {string | number | null} Setting
 *   a value that the session keeps for a page, see `vae_explorer/settings.py`
 *
 * @typedef {{size: number, temperature: number, seed: number}} SampleSettings
 *   `size` pictures per side: 4, 8, 12 or 16; `temperature` 0…2; `seed` a whole number of 32 bits.
 *
 * @typedef {ViewProps & SampleSettings} SamplesProps
 *
 * @typedef {ViewProps & {projection: "pca" | "pca3" | "tsne", tsne: string, plotlyUrl: string}} MapProps
 *   `tsne` is what a link says about a t-SNE with the visitor's own settings; "" if nothing
 *
 * @typedef {ViewProps & {way: string, gifUrl: string}} InterpolateProps
 *   `way` is what a link says about this page, see views/interpolate/state.js; `gifUrl` the route that makes a GIF of frames
 *
 * @typedef {object} Callbacks
 * @property {(name: string, value: unknown) => void} commit  a value that Python keeps
 * @property {(name: string, value: unknown) => void} send    an event, delivered once
 */

/**
 * @template P
 * @typedef {{update: (props: P) => void, destroy: () => void}} View
 */

/**
 * @template P
 * @typedef {(element: HTMLElement, props: P, callbacks: Callbacks) => View<P>} Mount
 */

/**
 * @typedef {object} StreamlitComponent
 *   What Streamlit hands to a component, version 2.
 * @property {HTMLElement | ShadowRoot} parentElement
 * @property {any} data
 * @property {string} key
 * @property {string} name
 * @property {(name: string, value: unknown) => void} setStateValue
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

export {};
