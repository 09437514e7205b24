import {
  type AnalysisProgress,
  type HeardChange,
  type Library,
  type LibraryLocation,
  messageOf,
  openLibrary,
} from '@consonance/library';
import { AnalysisJob, type JobProgress, pausedSetting } from './analysis-job.ts';
import {
  type AnalysisOptions,
  type AnalysisResult,
  type QueueOptions,
  analyzePaths,
  workOnQueue,
} from './analysis.ts';
import type { Collection } from './collection.ts';
import { LiveCollection } from './live-collection.ts';
import { MapJob } from './map-job.ts';
import { type CurrentModel, currentModel, modelSetting, useModel } from './model.ts';
import { telling } from './telling.ts';
import { StudyClips } from './studies/clips.ts';

/** So long after a change by another process, more are expected: see LiveCollection. */
const otherBusyMilliseconds = 5000;

/** A library with the model that hears it: what every use-case works on. */
export class Consonance {
  readonly library: Library;
  /** The analysis in the background. */
  readonly analysis: AnalysisJob;
  /** The 2-D map in the background. */
  readonly map: MapJob;
  /** The sound that participants of listening studies hear. */
  readonly clips: StudyClips;
  readonly #collection: LiveCollection;
  #model: CurrentModel;
  /** Ends what works with this model only. */
  #ofModel = new AbortController();
  #otherChange = -Infinity;
  /** What follows other processes, one after the other. */
  #following: Promise<void> = Promise.resolve();
  #mapPoints: ReturnType<Library['map']> | undefined;
  #isInMemory = false;

  constructor(library: Library, model: CurrentModel) {
    this.library = library;
    this.#model = model;
    const current = () => this.#model;
    const isOtherBusy = () => performance.now() - this.#otherChange < otherBusyMilliseconds;
    this.#collection = new LiveCollection(
      library,
      current,
      () => this.analysis.isRunning || isOtherBusy(),
    );
    this.analysis = new AnalysisJob(
      library,
      current,
      (ids) => this.#collection.change(ids),
      () => this.#collection.renew(),
    );
    this.clips = new StudyClips(library.dataDirectory, model.frontEnd);
    this.map = new MapJob(async (modelId, points) => {
      await library.saveMap(
        modelId,
        points.map(({ id, x, y }) => ({ trackId: id, x, y })),
      );
      this.#mapPoints = undefined;
    });
    library.listen((change, sender) => this.#hear(change, sender));
  }

  /** Follows what another process on the same database has changed. */
  #hear(change: HeardChange, sender: string): void {
    const { kind } = change;
    if (kind === 'tracks') {
      this.#otherChange = performance.now();
      this.#collection.change(change.ids);
    }
    if (kind === 'progress') this.analysis.showOther(change.progress as JobProgress, sender);
    if (kind === 'map' && change.modelId === this.modelId) this.#mapPoints = undefined;
    const isSetting = (name: string) => kind === 'setting' && change.name === name;
    if (kind === 'anything') {
      this.#collection.reset();
      this.#mapPoints = undefined;
    }
    if (kind === 'anything' || isSetting(modelSetting)) this.#follow(() => this.#followModel());
    if (kind === 'anything' || isSetting(pausedSetting)) {
      this.#follow(() => this.analysis.followPause());
    }
  }

  #follow(step: () => Promise<void>): void {
    this.#following = this.#following.then(step).catch((error: unknown) => {
      // A model in a folder of another machine, or the database is away and will be heard of again.
      process.emitWarning(`Cannot follow what another process has changed: ${messageOf(error)}`);
    });
  }

  /** Uses the model that another process has chosen. */
  async #followModel(): Promise<void> {
    const model = await currentModel(this.library);
    if (model.modelId === this.modelId) return;
    this.#setModel(model);
    if (this.analysis.isRunning) this.analysis.restart();
  }

  #setModel(model: CurrentModel): void {
    this.#model = model;
    this.#collection.reset();
    this.#mapPoints = undefined;
    this.#ofModel.abort();
    this.#ofModel = new AbortController();
  }

  get model(): CurrentModel {
    return this.#model;
  }

  /** Id of the model whose embeddings are used. */
  get modelId(): string {
    return this.#model.modelId;
  }

  /**
   * Uses another model from now on, and lets it hear what it has not heard yet.
   *
   * @param choice a name that ships, or a run in the data directory
   * @throws EngineError UNKNOWN_MODEL; ModelError BAD_MODEL
   */
  async useModel(choice: string): Promise<void> {
    this.#setModel(await useModel(this.library, choice));
    this.analysis.restart();
  }

  /** Whether the library is in memory, or about to be. */
  get isInMemory(): boolean {
    return this.#isInMemory;
  }

  /** The library in memory; while an analysis runs it may be some seconds old. */
  music(): Promise<Collection> {
    this.#isInMemory = true;
    return this.#collection.get();
  }

  /** The map of the current model as it was computed last, maybe with songs that have gone since. */
  mapPoints(): ReturnType<Library['map']> {
    if (this.#mapPoints !== undefined) return this.#mapPoints;
    const points = this.library.map(this.modelId);
    this.#mapPoints = points;
    points.catch(() => {
      if (this.#mapPoints === points) this.#mapPoints = undefined;
    });
    return points;
  }

  /** Scans these files and folders and analyses what is new or changed in them, here and now. */
  analyze(
    paths: readonly string[],
    options: Omit<AnalysisOptions, 'within' | 'onChange'> = {},
  ): Promise<AnalysisResult> {
    const onChange = (ids: readonly string[]) => this.#collection.change(ids);
    return telling(this.library, options, (reports) =>
      analyzePaths(this.library, this.#model, paths, {
        ...options,
        ...reports,
        within: paths,
        onChange,
      }),
    );
  }

  /** Analyses what is pending, here, as one of any number of workers; with another model once that is chosen. */
  async work(options: Omit<QueueOptions, 'onChange'> = {}): Promise<AnalysisProgress> {
    const onChange = (ids: readonly string[]) => this.#collection.change(ids);
    for (;;) {
      const model = this.#model;
      const signals = [this.#ofModel.signal, ...(options.signal ? [options.signal] : [])];
      const signal = AbortSignal.any(signals);
      const progress = await telling(this.library, options, ({ onProgress }) =>
        workOnQueue(this.library, model, { ...options, signal, onProgress, onChange }),
      );
      if (this.#model === model || options.signal?.aborted) return progress;
    }
  }

  /** Lets scans look through this folder too. */
  async addFolder(path: string): Promise<void> {
    await this.library.addFolder(path);
    await this.analysis.start();
  }

  /**
   * Scans no longer look through this folder, and its songs are out of sight; with the folder added
   * again they come back with their features and histories.
   *
   * @returns false when there is no such folder
   */
  async removeFolder(id: string): Promise<boolean> {
    const folders = await this.library.folders();
    const folder = folders.find((other) => other.id === id);
    if (!folder) return false;
    await this.library.removeFolder(id);
    await this.#hide(folder.path);
    // A scan under way goes on to find songs in there until it has ended.
    if (this.analysis.isRunning) this.analysis.restart(() => this.#hide(folder.path));
    return true;
  }

  /** Hides what lies in there and in no folder of the library. */
  async #hide(path: string): Promise<void> {
    const folders = await this.library.folders();
    const others = folders.map((folder) => folder.path);
    this.#collection.change(await this.library.hide(path, others));
  }

  /** The analysis stops after the files in flight. */
  async close(): Promise<void> {
    await Promise.all([this.analysis.close(), this.map.close(), this.clips.close()]);
    await this.#following;
    await this.library.close();
  }
}

/**
 * Opens the library in a data directory, which is made when it does not exist, or on a database server.
 *
 * @throws LibraryError LOCKED, BAD_DATA_DIRECTORY, BAD_DATABASE, SCHEMA_TOO_NEW; ModelError BAD_MODEL
 */
export async function openConsonance(location: LibraryLocation): Promise<Consonance> {
  const library = await openLibrary(location);
  try {
    return new Consonance(library, await currentModel(library));
  } catch (error) {
    await library.close();
    throw error;
  }
}
