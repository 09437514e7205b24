import { statSync } from 'node:fs';
import { type Encoder, Muxer, type MuxerOptions } from 'node-av/api';
import type { Packet } from 'node-av/lib';
import { AudioError, expected } from '../errors.ts';

/** Writes what `encoder` made to `target`. @throws AudioError NOT_WRITTEN where it is not all there: the disk is full */
export async function writePackets(
  target: string,
  options: MuxerOptions,
  encoder: Encoder,
  packets: Iterable<Packet | null>,
): Promise<void> {
  let bytes = 0;
  {
    await using output = await Muxer.open(target, options);
    const stream = output.addStream(encoder);
    for (using packet of packets) {
      bytes += packet?.size ?? 0;
      output.writePacketSync(packet, stream);
    }
  }
  // The muxer says nothing of a write that failed. Containers only add to the packets.
  const { size } = statSync(target);
  if (size >= bytes) return;
  const received = `${size}; is the disk full?`;
  throw new AudioError('NOT_WRITTEN', expected(`${bytes} bytes`, target, received));
}
