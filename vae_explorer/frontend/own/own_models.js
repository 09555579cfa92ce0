/**
 * The models that a visitor has trained, or opened from a file, kept in this browser: in IndexedDB, so that a reload or
 * another tab loses nothing. What is listed and its files are written in one transaction: both are there, or neither.
 *
 * @typedef {import("../model_folder/model_files.js").ModelFiles} ModelFiles
 *
 * @typedef {object} About  what is listed of a model
 * @property {string[]} figures  each with its unit
 * @property {Omit<import("./facts.js").Facts, "id">} facts  its title and what pages need to open it
 *
 * @typedef {About & {id: string, when: number}} OwnModel
 *   `id` is of a-z and 0-9, and unique; `when` it was kept, in milliseconds since 1970
 */

const TEXT = {
  none: "This browser does not let the page keep models, as in some private windows. Save the model as a file instead.",
  newer:
    "The models in this browser were kept by a newer version of this program. Reload the page, or update the program.",
  deleted: "The data of this page were deleted in this browser, and its models with them. Reload the page.",
  replaced: "A newer version of this program is open in another tab. Reload this page.",
  /** @param {number} most */
  many: (most) =>
    `This browser keeps ${most} models already, the most that it may. Remove one, or save this one as a file.`,
  full: "There is no room left for this model in this browser. Remove another model, or free some space on the disk.",
  /** @param {string} reason */
  failed: (reason) => `The models in this browser cannot be read or written (${reason}). Reload the page.`,
};

const NAME = "vae-explorer";
// A second one has to say something `onblocked`, too, and to make `facts` anew of the files where these have changed.
const VERSION = 1;
const LISTED = "models"; // id -> OwnModel
const FILES = "files"; // [id, name] -> Uint8Array

const MOST_MODELS = 10;

/** Nothing was kept or read; the message is a sentence for people. */
export class StoreError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = "StoreError";
  }
}

/**
 * @returns {Promise<OwnModels>}
 * @throws {StoreError}
 */
export async function openOwnModels() {
  return new OwnModels(await openDatabase());
}

export class OwnModels {
  #database;
  /** Why nothing can be read any more. @type {string | null} */
  #closed = null;

  /** @param {IDBDatabase} database  see `openOwnModels` */
  constructor(database) {
    this.#database = database;
    // Whoever wants to open a newer version, or to delete this one, waits until it is closed.
    database.onversionchange = ({ newVersion }) => {
      this.#closed = newVersion === null ? TEXT.deleted : TEXT.replaced;
      database.close();
    };
    // The browser has closed it by itself: its data were deleted.
    database.onclose = () => {
      this.#closed = TEXT.deleted;
    };
  }

  /**
   * @param {About} about
   * @param {ModelFiles} files
   * @returns {Promise<OwnModel>}
   * @throws {StoreError}  also where there are as many as may be
   */
  async add(about, files) {
    const model = { ...about, id: freshId(), when: Date.now() };
    let isRoom = false;
    await this.#run("readwrite", (listed, bodies) => {
      // Counted in the transaction that adds: another tab cannot add one in between.
      const counted = listed.count();
      counted.onsuccess = () => {
        isRoom = counted.result < MOST_MODELS;
        if (!isRoom) return;
        listed.add(model, model.id);
        for (const [name, body] of files) bodies.add(body, [model.id, name]);
      };
      return counted;
    });
    if (!isRoom) throw new StoreError(TEXT.many(MOST_MODELS));
    return model;
  }

  /** @returns {Promise<OwnModel[]>}  the newest first @throws {StoreError} */
  async list() {
    /** @type {OwnModel[]} */
    const models = await this.#run("readonly", (listed) => listed.getAll());
    return models.sort((one, other) => other.when - one.when);
  }

  /** @param {string} id @returns {Promise<OwnModel | null>}  null if there is none @throws {StoreError} */
  async get(id) {
    return (await this.#run("readonly", (listed) => listed.get(id))) ?? null;
  }

  /** @param {string} id @returns {Promise<ModelFiles | null>}  null if there is none @throws {StoreError} */
  async files(id) {
    /** @type {IDBValidKey[]} */
    let keys = [];
    const bodies = await this.#run("readonly", (_, files) => {
      const named = files.getAllKeys(filesOf(id));
      named.onsuccess = () => (keys = named.result);
      return files.getAll(filesOf(id));
    });
    const names = /** @type {[string, string][]} */ (keys).map(([, name]) => name);
    return names.length ? new Map(names.map((name, i) => [name, bodies[i]])) : null;
  }

  /** @param {string} id @param {string} name @returns {Promise<Uint8Array<ArrayBuffer> | null>} @throws {StoreError} */
  async file(id, name) {
    return (await this.#run("readonly", (_, files) => files.get([id, name]))) ?? null;
  }

  /** @param {string} id  of one that may be gone already @throws {StoreError} */
  async remove(id) {
    await this.#run("readwrite", (listed, bodies) => {
      bodies.delete(filesOf(id));
      return listed.delete(id);
    });
  }

  close() {
    this.#database.close();
  }

  /**
   * One transaction over both stores; what is asked for is the answer, once all of it is written.
   *
   * @template T
   * @param {IDBTransactionMode} mode
   * @param {(listed: IDBObjectStore, bodies: IDBObjectStore) => IDBRequest<T>} ask
   * @returns {Promise<T>}
   */
  #run(mode, ask) {
    return new Promise((resolve, reject) => {
      try {
        const transaction = this.#database.transaction([LISTED, FILES], mode, { durability: "strict" });
        transaction.onabort = () => reject(sentenceFor(transaction.error));
        const request = ask(transaction.objectStore(LISTED), transaction.objectStore(FILES));
        transaction.oncomplete = () => resolve(request.result);
      } catch (error) {
        reject(this.#closed ? new StoreError(this.#closed) : sentenceFor(/** @type {DOMException} */ (error)));
      }
    });
  }
}

/** @returns {Promise<IDBDatabase>} */
function openDatabase() {
  return new Promise((resolve, reject) => {
    /** @type {IDBOpenDBRequest} */
    let request;
    try {
      request = indexedDB.open(NAME, VERSION);
    } catch {
      reject(new StoreError(TEXT.none)); // there is no IndexedDB, or not for this page
      return;
    }
    request.onupgradeneeded = () => {
      request.result.createObjectStore(LISTED);
      request.result.createObjectStore(FILES);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => {
      const isNewer = request.error?.name === "VersionError";
      reject(isNewer ? new StoreError(TEXT.newer) : sentenceFor(request.error, TEXT.none));
    };
  });
}

/**
 * @param {DOMException | null} error
 * @param {string} [otherwise]
 */
function sentenceFor(error, otherwise = TEXT.failed(error?.name ?? "AbortError")) {
  return new StoreError(error?.name === "QuotaExceededError" ? TEXT.full : otherwise);
}

/** @param {string} id @returns {IDBKeyRange}  a list sorts behind every text */
const filesOf = (id) => IDBKeyRange.bound([id], [id, []]);

/** Random, so that a link to one never opens another in some other browser. */
function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
