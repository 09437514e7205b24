/** A part of a fused embedder as it stands in model.json. */
export type PartSpec =
  | { kind: 'timbre' }
  | {
      kind: 'network';
      /** Its model folder, relative to the embedder's. */
      folder: string;
      /** The network that the embedder was fitted to. */
      modelId: string;
    }
  | {
      kind: 'musicnn';
      /** Patches of 3 s that are heard of a window, at most, spread evenly. */
      patches: number;
      /** 1: as published; 2: less work, nearly the same answers (`forward` in musicnn/network.ts). */
      melStride: 1 | 2;
    };
