import { AV_PKT_DATA_ENCRYPTION_INFO } from 'node-av/constants';
import type { Packet, Stream } from 'node-av/lib';
import { readBeginning } from './readable.ts';

/** Sample entries of encrypted MP4 audio: FairPlay, Common Encryption, Audible. */
const encryptedTags = new Set(['drms', 'enca', 'aavd']);

/** Content Encryption, Extended Content Encryption and Advanced Content Encryption objects of ASF. */
const asfEncryptionObjects = [
  'fbb3112223bdd211b4b700a0c955fc6e',
  '14e68a292226174cb935dae07ee9289c',
  '338505438169e6499b74ad12cb86d58c',
].map((id) => Buffer.from(id, 'hex'));

/** ASF headers hold these objects within their first kilobytes. */
const asfHeaderBytes = 65536;

export function isEncryptedStream(stream: Stream): boolean {
  return encryptedTags.has(stream.codecpar.codecTagString ?? '');
}

export function isEncryptedPacket(packet: Packet): boolean {
  return packet.getSideData(AV_PKT_DATA_ENCRYPTION_INFO) !== null;
}

/** FFmpeg's ASF demuxer passes encrypted data on as if it were audio, so the header is searched. */
export function isEncryptedAsf(path: string): boolean {
  const header = readBeginning(path, asfHeaderBytes);
  return asfEncryptionObjects.some((id) => header.includes(id));
}
