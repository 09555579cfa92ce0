/**
 * Shapes that several modules share; types only, nothing here runs.
 *
 * @typedef {object} FileRef
 *   A file that the page may fetch.
 * @property {string} url    relative to the app's base
 * @property {number} bytes
 * @property {number} crc32
 *
 * @typedef {object} ManifestFiles
 * @property {FileRef} decoder
 * @property {FileRef} encoder
 * @property {FileRef} codes
 * @property {FileRef} digits
 * @property {FileRef} [classifier]  of the same classes; only some data sets have one
 *
 * @typedef {object} ManifestData
 *   The pictures that the codes are of: captions say "a test digit" or "a training digit" by `split`.
 * @property {string} name
 * @property {string} noun
 * @property {string} nouns
 * @property {string[]} classes
 * @property {number} count
 * @property {"test" | "training"} split
 *
 * @typedef {object} ManifestProjection
 *   One map of the codes. A new one of a known kind needs nothing here but its entry.
 * @property {string} name       in links
 * @property {string} title
 * @property {"linear" | "neighbours"} kind  what a code's place on it, and a position's code, follow from
 * @property {string} about      for the caption
 * @property {string} tensor     its points in the file of codes
 * @property {string[]} axes     titles of its two or three axes; empty if they mean nothing, and there are two
 * @property {number} landmarks  how many codes were laid out; the others were placed between these
 *
 * @typedef {object} TsneLimits
 *   What a visitor's own t-SNE may be, and how many codes it lays out. None is possible if `largest_perplexity` is below
 *   the least.
 * @property {number} least_perplexity
 * @property {number} largest_perplexity
 * @property {number} landmarks
 *
 * @typedef {object} Recognised
 *   The shares of random samples and of test pictures that a classifier is sure of, 0…1.
 * @property {number} samples
 * @property {number} test
 *
 * @typedef {object} ManifestSampler
 *   A density to draw codes from; `samplers/registry.js` has its part in the page.
 * @property {string} name
 * @property {string} title
 * @property {FileRef} [file]          what it draws with, if it needs anything
 * @property {Recognised} [recognised] if it was measured
 *
 * @typedef {object} StartCode
 *   The code of a picture that the decoder draws clearly.
 * @property {number[]} z     (D)
 * @property {number} label   of the picture
 *
 * @typedef {object} Manifest
 *   What the page knows of a model before it fetches anything; the same as in `vae_explorer/catalog/manifest.py`.
 * @property {string} id             unique on this server
 * @property {string} name
 * @property {string} title
 * @property {string} teaches        one line
 * @property {number} latent_dim     D
 * @property {number} classes        0, or the number of classes that the decoder is conditioned on
 * @property {boolean} deterministic a plain autoencoder: no posterior, and not trained towards a prior
 * @property {"bce" | "mse"} likelihood  what the reconstruction was trained with, cross entropy or squared error
 * @property {number} beta           the weight of the KL in training; 0 for a plain autoencoder
 * @property {number} limit          sliders go from -limit to +limit
 * @property {number[]} mean_kl      (D) nats, mean over the model's pictures
 * @property {number[]} used         the dimensions that the decoder has a use for, from 0, most informative first
 * @property {StartCode} start      the code to open with
 * @property {ManifestData} data
 * @property {ManifestProjection[]} projections  at least one
 * @property {TsneLimits} tsne
 * @property {ManifestSampler[]} samplers  the prior is the first
 * @property {ManifestFiles} files
 *
 * @typedef {object} ViewProps
 *   What every view is given. `z` and `label` apply only when `rev` differs from the last one applied.
 * @property {string} view        its name, as in `pages.py`
 * @property {string} question    what the page is for, in a sentence or two
 * @property {Manifest} manifest
 * @property {string} baseUrl  what the files' addresses are relative to
 * @property {string} session     the token of the server's session
 * @property {number} modelRev    how often that has set the model by itself, not at the visitor's word
 * @property {string} sessionUrl  the route that keeps what a view commits, see server_session.js
 * @property {string | null} networkUrl  the app's address for other computers; null if only this one can open it
 * @property {number[]} z      (D)
 * @property {number | null} label
 * @property {number} rev
 * @property {number} settingsRev  how often a link has set this page's own settings
 * @property {Record<string, Setting>} link          the settings that a link to this model holds besides the code
 * @property {Record<string, Setting>} linkDefaults  what these are where a link does not name them
 *
 * @typedef {string | number | null} Setting
 *   a value that the session keeps for a page, see `vae_explorer/settings.py`
 *
 * @typedef {{sampler: string, size: number, temperature: number, seed: number}} SampleSettings
 *   `sampler` is one of the manifest's; `size` pictures per side: 4, 8, 12 or 16; `temperature` 0…2; `seed` a whole number of 32 bits.
 *
 * @typedef {ViewProps & SampleSettings} SamplesProps
 *
 * @typedef {ViewProps & {locked: string, speed: number, inset: string}} MorphProps
 *   `locked` are dimensions, from 1; `inset` the kind that was chosen, "" if none was
 *
 * @typedef {object} MapSettings
 *   What a link says of the map; "" if nothing. `vae_explorer/text_settings.py` has the form of the texts.
 * @property {string} projection
 * @property {string} tsne    a t-SNE with the visitor's own settings
 * @property {import("./views/map/colours.js").ColouringName} colour
 * @property {string} hidden  classes that are switched off
 * @property {"no" | "yes"} misclassified  whether only those are shown
 * @property {"no" | "yes"} everywhere     whether positions under a dot are decoded too
 * @property {"current" | "mean"} rest
 * @property {string} extent  of the map that is in view
 * @property {string} camera  of a map in three dimensions
 * @property {string} groupA  the dots selected into A
 * @property {string} groupB
 *
 * @typedef {ViewProps & MapSettings & {plotlyUrl: string}} MapProps
 *
 * @typedef {ViewProps & {path: string, gifUrl: string}} InterpolateProps
 *   `path` is what a link says about this page, see views/interpolate/state.js; `gifUrl` the route that makes a GIF of frames
 *
 * @typedef {object} EncodeSettings
 * @property {string} picture      a test picture and the class given, as in views/shared/picture/state.js; "" if none
 * @property {"mean" | "sample"} draw  what of the posterior is decoded
 * @property {number} noise        the seed of the noise of samples, a whole number of 32 bits
 * @property {number} pick         which of the eight samples, from 0
 * @property {number} spread       the temperature of the samples, 0…2
 * @property {"bce" | "mse"} term  how the reconstruction is measured
 * @property {number} weight       beta, 0…10
 * @property {string} compared     the models in the table, as in views/encode/compare_panel.js; "" if it is closed
 *
 * @typedef {ViewProps & EncodeSettings & {others: Manifest[]}} EncodeProps
 *   `others` are models to compare with
 *
 * @typedef {object} UsesSettings
 * @property {"repair" | "detect" | "augment"} use
 * @property {string} usedPicture  a test picture, as in views/shared/picture/state.js; "" if none
 * @property {string} erased       what is erased of it on Repair, as in views/uses/masks.js
 * @property {number} chains       the seed of the completions, a whole number of 32 bits
 * @property {string} score        of Detect
 * @property {string} against      the other pictures that Detect compares with
 * @property {number} bar          where the threshold of Detect is, in percent of the axis; below 0: where 5 % of test
 *   pictures are beyond it
 * @property {string} around       what Augment varies: the number of a class; "" the picture
 * @property {"posterior" | "between"} kind  of the variations on Augment
 * @property {number} stretch      the temperature of these, 0…4
 * @property {number} made         their seed, a whole number of 32 bits
 * @property {"no" | "yes"} agreeing  whether only those are kept that the classifier takes for the same class
 * @property {number} amount       how many are made for a file
 *
 * @typedef {ViewProps & UsesSettings & {tables: UsesTables, others: Manifest[]}} UsesProps
 *
 * @typedef {object} TrainingSet  pictures to train on in the page; the same as in `vae_explorer/catalog/training_sets.py`
 * @property {DigitsFile} train
 * @property {DigitsFile} test    all test pictures
 *
 * @typedef {{count: number, file: FileRef}} DigitsFile  a picture of many digits, see training/atlas.js
 *
 * @typedef {object} TrainReference
 *   The figures of a model that was trained at length, to compare with.
 * @property {string} id
 * @property {string} title
 * @property {number} latentDim
 * @property {number} negativeElbo  of the test pictures, nats per image
 *
 * @typedef {object} TrainSettings
 * @property {string} run     what a run is set to, as training/settings.js writes it
 * @property {string} gifUrl  the route that makes a GIF of frames
 * @property {Record<string, TrainingSet>} trainingSets  by the name of the data set
 * @property {TrainReference} [reference]
 *
 * @typedef {ViewProps & TrainSettings} TrainProps
 *
 * @typedef {object} UsesTables
 *   What `python -m train evaluate` measured; the same as in `vae_explorer/storage/uses.py`. Each may be missing.
 * @property {ImputationTable} [imputation]
 * @property {AnomalyTable} [anomaly]
 * @property {AugmentationTable} [augmentation]
 *
 * @typedef {object} ImputationTable
 * @property {string} method  in words, how the model fills in
 * @property {number} pictures
 * @property {number | null} whole_right_class  with nothing erased
 * @property {{preset: string, missing: number, fills: Record<string, Fill>}[]} rows  fills by way, `model` among them
 *
 * @typedef {{squared_error: number, right_class: number | null}} Fill
 *   per missing pixel, and the share that the classifier names right
 *
 * @typedef {object} AnomalyTable
 * @property {number} pictures  of the test set
 * @property {number} samples   of z for each
 * @property {ScoreRange[]} scores
 * @property {{name: string, pictures: number, auc: Record<string, number>, histograms: Record<string, number[]>}[]} sets
 *
 * @typedef {{score: string, about: string, mean: number, low: number, high: number, histogram: number[]}} ScoreRange
 *   even bins from low to high; the first and the last also count what lies beyond. A higher score speaks for an anomaly.
 *
 * @typedef {object} AugmentationTable
 * @property {string} method  in words
 * @property {number} steps
 * @property {number} temperature
 * @property {{per_class: number, variations: string, accuracy: number, deviation: number, runs: number[]}[]} rows
 *   `variations`: none, posterior, between, and -checked behind a kind
 *
 * @typedef {object} Callbacks
 * @property {(name: string, value: unknown) => void} commit  a value that Python keeps
 * @property {(code: import("./history.js").SavedCode) => void} open  go to a code in Morph
 * @property {(view: string) => void} go  to another page, by its name in `pages.py`
 * @property {(facts: import("./own/facts.js").Facts) => void} explore  a model that this browser keeps, in Morph
 *
 * @typedef {Callbacks & {moved: () => void}} PageCallbacks
 *   `moved`: what is shown has changed, perhaps a while after a release
 */

/**
 * @typedef {object} ModelListEntry
 * @property {string} id
 * @property {string} title
 * @property {string} teaches    one line
 * @property {string[]} figures  each with its unit
 * @property {string | null} picture  the address of a sheet of its samples, if it has one
 *
 * @typedef {object} ModelListProps
 * @property {string} baseUrl
 * @property {ModelListEntry[]} models
 * @property {string | null} chosen  the id of the one that is shown
 * @property {string | null} ownTitle  its title, if it is one that this browser keeps
 * @property {string | null} wanted  the id of one that only this browser can know
 * @property {{name: string, problem: string}[]} broken  folders that cannot be opened
 * @property {number} more      such folders that are not named
 *
 * @typedef {object} ModelListCallbacks
 * @property {(model: string | import("./own/facts.js").Facts | {absent: string}) => void} choose  by its id, or by its
 *   facts one that this browser keeps; or to say that it does not keep the one that is wanted
 * @property {() => void} refresh  look for models anew
 */

/**
 * @template P
 * @typedef {{update: (props: P) => void, destroy: () => void}} View
 */

/**
 * @template P
 * @template [C=Callbacks]
 * @typedef {(element: HTMLElement, props: P, callbacks: C) => View<P>} Mount
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
