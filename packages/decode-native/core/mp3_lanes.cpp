// Compiled once for each instruction set; LANES_ISA names it, LANES is the width of its vectors.
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <cmath>
#include <cstdint>
#include <cstring>

// What dr_mp3 includes must not be declared in our namespace.
#if defined(__x86_64__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#include "mp3.hpp"

using ma_uint8 = std::uint8_t;
using ma_int16 = std::int16_t;
using ma_uint16 = std::uint16_t;
using ma_int32 = std::int32_t;
using ma_uint32 = std::uint32_t;
using ma_int64 = std::int64_t;
using ma_uint64 = std::uint64_t;

namespace consonance {
namespace LANES_ISA {
namespace {

#include "../vendor/dr_mp3/dr_mp3_layer3.h"

constexpr int subbands = 32;
constexpr int slots = 18;            // of a granule: each gives 32 samples
constexpr int granule = subbands * slots;
constexpr int memory = 15;           // earlier slots that the synthesis window reaches back to
constexpr int lanes = LANES;
constexpr int paddedSlots = (slots + lanes - 1) / lanes * lanes;

typedef float Vector
    __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));

/** The half of the synthesis window that the other half mirrors: ISO 11172-3, table 3-B.3, times 65536. */
constexpr float window[15][16] = {
    {-1, 26, -31, 208, 218, 401, -519, 2063, 2000, 4788, -5517, 7134, 5959, 35640, -39336, 74992},
    {-1, 24, -35, 202, 222, 347, -581, 2080, 1952, 4425, -5879, 7640, 5288, 33791, -41176, 74856},
    {-1, 21, -38, 196, 225, 294, -645, 2087, 1893, 4063, -6237, 8092, 4561, 31947, -43006, 74630},
    {-1, 19, -41, 190, 227, 244, -711, 2085, 1822, 3705, -6589, 8492, 3776, 30112, -44821, 74313},
    {-1, 17, -45, 183, 228, 197, -779, 2075, 1739, 3351, -6935, 8840, 2935, 28289, -46617, 73908},
    {-1, 16, -49, 176, 228, 153, -848, 2057, 1644, 3004, -7271, 9139, 2037, 26482, -48390, 73415},
    {-2, 14, -53, 169, 227, 111, -919, 2032, 1535, 2663, -7597, 9389, 1082, 24694, -50137, 72835},
    {-2, 13, -58, 161, 224, 72, -991, 2001, 1414, 2330, -7910, 9592, 70, 22929, -51853, 72169},
    {-2, 11, -63, 154, 221, 36, -1064, 1962, 1280, 2006, -8209, 9750, -998, 21189, -53534, 71420},
    {-2, 10, -68, 147, 215, 2, -1137, 1919, 1131, 1692, -8491, 9863, -2122, 19478, -55178, 70590},
    {-3, 9, -73, 139, 208, -29, -1210, 1870, 970, 1388, -8755, 9935, -3300, 17799, -56778, 69679},
    {-3, 8, -79, 132, 200, -57, -1283, 1817, 794, 1095, -8998, 9966, -4533, 16155, -58333, 68692},
    {-4, 7, -85, 125, 189, -83, -1356, 1759, 605, 814, -9219, 9959, -5818, 14548, -59838, 67629},
    {-4, 7, -91, 117, 177, -106, -1428, 1698, 402, 545, -9416, 9916, -7154, 12980, -61289, 66494},
    {-5, 6, -97, 111, 163, -127, -1498, 1634, 185, 288, -9585, 9838, -8540, 11455, -62684, 65290}};

/** The weights of a slot's first sample and of its middle one, which have no mirror image. */
constexpr float firstWindow[15] = {-29,   213,   -459, 2037,  -5153, 6574, -37489, 75038,
                                   37489, 6574, 5153, 2037, 459,   213,  29};
constexpr float middleWindow[8] = {-5, 146, -45, -9975, 64019, 9727, 1567, 104};

/** Polyphase synthesis of one channel, many slots of time in one vector. */
class Synthesis {
 public:
  /** @param bands 32 x 18, overwritten. @param output 576 samples */
  void run(float* bands, float* output) {
    ma_dr_mp3d_DCT_II(bands, slots);
    for (int band = 0; band < subbands; band++) {
      std::memcpy(history_[band] + memory, bands + band * slots, slots * sizeof(float));
    }
    float samples[subbands][paddedSlots];
    for (int slot = 0; slot < slots; slot += lanes) {
      // History of a band `back` slots before this one.
      const auto at = [&](int band, int back) {
        return *reinterpret_cast<const Vector*>(history_[band] + memory + slot - back);
      };
      Vector first = at(16, 15) * firstWindow[0];
      for (int k = 1; k < 15; k++) first += at(16, 15 - k) * firstWindow[k];
      put(samples[0] + slot, first);
      Vector middle = at(0, 15) * middleWindow[0];
      for (int k = 1; k < 8; k++) middle += at(0, 15 - 2 * k) * middleWindow[k];
      put(samples[16] + slot, middle);
      for (int i = 0; i < 15; i++) {
        const float* weights = window[14 - i];
        Vector a = {};
        Vector b = {};
        for (int k = 0; k < 8; k += 2, weights += 4) {
          const Vector z = at(31 - i, k), y = at(1 + i, 15 - k);
          a += z * weights[0] - y * weights[1];
          b += z * weights[1] + y * weights[0];
          const Vector v = at(1 + i, k + 1), u = at(31 - i, 14 - k);
          a += u * weights[3] - v * weights[2];
          b += v * weights[3] + u * weights[2];
        }
        put(samples[15 - i] + slot, a);
        put(samples[17 + i] + slot, b);
      }
    }
    for (int slot = 0; slot < slots; slot++) {
      for (int i = 0; i < subbands; i++) *output++ = samples[i][slot];
    }
    for (auto& band : history_) std::memmove(band, band + slots, memory * sizeof(float));
  }

 private:
  static void put(float* to, Vector value) {
    *reinterpret_cast<Vector*>(to) = value * (1.0f / 32768);
  }

  float history_[subbands][memory + paddedSlots] = {};
};

struct Frame {
  const std::uint8_t* header;
  int bytes;

  bool isMono() const { return MA_DR_MP3_HDR_IS_MONO(header); }
  int granules() const { return MA_DR_MP3_HDR_TEST_MPEG1(header) ? 2 : 1; }
  bool fits(const Frame& other) const {
    return ma_dr_mp3_hdr_compare(other.header, header) && isMono() == other.isMono();
  }
};

/** The whole frame of layer III that the bytes begin with; of 0 bytes where there is none. Free format is none. */
Frame frameAt(const std::uint8_t* bytes, std::size_t size) {
  const bool isPlain = size > MA_DR_MP3_HDR_SIZE && ma_dr_mp3_hdr_valid(bytes) &&
                       MA_DR_MP3_HDR_GET_LAYER(bytes) == 1 && !MA_DR_MP3_HDR_IS_FREE_FORMAT(bytes);
  if (!isPlain) return {bytes, 0};
  const int length = ma_dr_mp3_hdr_frame_bytes(bytes, 0) + ma_dr_mp3_hdr_padding(bytes);
  const bool isWhole = length > MA_DR_MP3_HDR_SIZE && static_cast<std::size_t>(length) <= size;
  return {bytes, isWhole ? length : 0};
}

/** Calls `use(frame)` for frames that follow each other and fit, at most `most`, until it says false. */
template <typename Use>
Frames eachFrame(const std::uint8_t* bytes, std::size_t size, std::size_t most, Use use) {
  const Frame first = frameAt(bytes, size);
  Frames seen{0, 0};
  while (seen.count < most) {
    const Frame frame = frameAt(bytes + seen.bytes, size - seen.bytes);
    if (frame.bytes == 0 || !frame.fits(first) || !use(frame)) break;
    seen.count++;
    seen.bytes += frame.bytes;
  }
  return seen;
}

/** Reads a frame's side information; `bits` stands at its main data then. Negative where it is damaged. */
int readSideInfo(const Frame& frame, ma_dr_mp3_bs* bits, ma_dr_mp3_L3_gr_info* info) {
  ma_dr_mp3_bs_init(bits, frame.header + MA_DR_MP3_HDR_SIZE, frame.bytes - MA_DR_MP3_HDR_SIZE);
  if (MA_DR_MP3_HDR_IS_CRC(frame.header)) ma_dr_mp3_bs_get_bits(bits, 16);
  const int begin = ma_dr_mp3_L3_read_side_info(bits, info, frame.header);
  return bits->pos > bits->limit ? -1 : begin;
}

bool haveSameTransforms(const ma_dr_mp3_L3_gr_info* channels) {
  return channels[0].block_type == channels[1].block_type &&
         channels[0].mixed_block_flag == channels[1].mixed_block_flag;
}

class Decoder {
 public:
  /** @param mixesEarly whether both channels have the same transforms in all frames that will come */
  explicit Decoder(bool mixesEarly) : mixesEarly_(mixesEarly) {
    std::memset(&state_, 0, sizeof state_);
  }

  /** False where the frame is damaged. */
  bool decode(const Frame& frame, float* output) {
    auto& scratch = state_.scratch;
    ma_dr_mp3_bs bits;
    std::memcpy(state_.header, frame.header, sizeof state_.header);
    const int begin = readSideInfo(frame, &bits, scratch.gr_info);
    if (begin < 0) return false;
    const bool isComplete = ma_dr_mp3_L3_restore_reservoir(&state_, &bits, &scratch, begin);
    if (isComplete) {
      const int channels = frame.isMono() ? 1 : 2;
      for (int i = 0; i < frame.granules(); i++) {
        decodeGranule(scratch.gr_info + i * channels, channels);
        synthesis_.run(scratch.grbuf[0], output + i * granule);
      }
      hasBegun_ = true;
    } else {
      std::memset(output, 0, frame.granules() * granule * sizeof(float));
    }
    ma_dr_mp3_L3_save_reservoir(&state_, &scratch);
    return isComplete || !hasBegun_;
  }

 private:
  /** Leaves the mean of the channels in the first granule buffer, 32 bands x 18 slots. */
  void decodeGranule(ma_dr_mp3_L3_gr_info* info, int channels) {
    auto& scratch = state_.scratch;
    float* left = scratch.grbuf[0];
    float* right = scratch.grbuf[1];
    std::memset(left, 0, sizeof scratch.grbuf);
    const bool hasIntensity = MA_DR_MP3_HDR_TEST_I_STEREO(state_.header);
    const bool hasSum = channels == 2 && MA_DR_MP3_HDR_IS_MS_STEREO(state_.header);
    // The first of sum and difference, at dr_mp3's scale, is the mean of the channels.
    const bool isSumEnough = mixesEarly_ && hasSum && !hasIntensity;
    for (int channel = 0; channel < channels; channel++) {
      const int end = scratch.bs.pos + info[channel].part_23_length;
      if (channel == 1 && isSumEnough) {
        scratch.bs.pos = end;
        break;
      }
      ma_dr_mp3_L3_decode_scalefactors(state_.header, scratch.ist_pos[channel], &scratch.bs,
                                       info + channel, scratch.scf, channel);
      ma_dr_mp3_L3_huffman(scratch.grbuf[channel], &scratch.bs, info + channel, scratch.scf, end);
    }
    if (channels == 1 || isSumEnough) return transform(0, *info);
    if (hasIntensity) {
      ma_dr_mp3_L3_intensity_stereo(left, scratch.ist_pos[1], info, state_.header);
    } else if (hasSum) {
      ma_dr_mp3_L3_midside_stereo(left, granule);
    }
    if (mixesEarly_) {
      mix(left, right);
      transform(0, *info);
    } else {
      transform(0, info[0]);
      transform(1, info[1]);
      mix(left, right);
    }
  }

  static void mix(float* left, const float* right) {
    for (int i = 0; i < granule; i++) left[i] = 0.5f * (left[i] + right[i]);
  }

  /** From frequency lines to subbands over time, in place. */
  void transform(int channel, const ma_dr_mp3_L3_gr_info& info) {
    float* lines = state_.scratch.grbuf[channel];
    const bool isLowRate = MA_DR_MP3_HDR_GET_MY_SAMPLE_RATE(state_.header) == 2;
    const int longBands = info.mixed_block_flag ? (isLowRate ? 4 : 2) : 0;
    if (info.n_short_sfb) {
      ma_dr_mp3_L3_reorder(lines + longBands * slots, state_.scratch.syn[0],
                           info.sfbtab + info.n_long_sfb);
    }
    ma_dr_mp3_L3_antialias(lines, info.n_short_sfb ? longBands - 1 : subbands - 1);
    ma_dr_mp3_L3_imdct_gr(lines, state_.mdct_overlap[channel], info.block_type, longBands);
    ma_dr_mp3_L3_change_sign(lines);
  }

  bool mixesEarly_;
  bool hasBegun_ = false;
  ma_dr_mp3dec state_;
  Synthesis synthesis_;
};

}  // namespace

Frames countMp3Frames(const std::uint8_t* bytes, std::size_t size, std::size_t most) {
  return eachFrame(bytes, size, most, [](const Frame&) { return true; });
}

std::size_t decodeMp3(const std::uint8_t* bytes, std::size_t size, std::size_t count,
                      float* output) {
  bool mixesEarly = true;
  const Frames sound = eachFrame(bytes, size, count, [&](const Frame& frame) {
    ma_dr_mp3_bs bits;
    ma_dr_mp3_L3_gr_info info[4];
    if (readSideInfo(frame, &bits, info) < 0) return false;
    for (int i = 0; i < frame.granules() && !frame.isMono(); i++) {
      mixesEarly = mixesEarly && haveSameTransforms(info + 2 * i);
    }
    return true;
  });
  if (count == 0 || sound.count < count) return 0;
  Decoder decoder(mixesEarly);
  const float* begin = output;
  const Frames decoded = eachFrame(bytes, size, count, [&](const Frame& frame) {
    const bool isSound = decoder.decode(frame, output);
    output += frame.granules() * granule;
    return isSound;
  });
  return decoded.count == count ? output - begin : 0;
}

}  // namespace LANES_ISA
}  // namespace consonance
