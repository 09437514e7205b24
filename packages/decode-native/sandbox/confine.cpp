// Gives up what a decoder of files that nobody vouches for does not need, then becomes the program it is given:
//
//   confine <folder or ""> <program> [arguments…]
//
// From then on, for the program and all that it starts: no socket can be made; nothing can be written, made or
// removed but below the folder; no other process can be signalled or traced; root may do no more than read and
// write files; a process that wants more than 4 GiB gets an error. It can still read what its user can read.
//
// A kernel without Landlock (Linux 5.13) or seccomp lets pass what they would refuse. AudioWorkerPool.confinement()
// finds out what holds. Nothing here depends on the thread: this process has one, and what comes after exec inherits.
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

// Landlock, as in linux/landlock.h, which older systems do not have: the same numbers on every architecture.
constexpr long createRuleset = 444, addRule = 445, restrictSelf = 446;
constexpr unsigned askVersion = 1, pathBeneath = 1;
constexpr std::uint64_t writeFile = 1 << 1, removeAndMake = 0x1ff << 4, refer = 1 << 13, truncateFile = 1 << 14;

struct __attribute__((packed)) PathRule {
  std::uint64_t allowed;
  std::int32_t parent;
};

bool confineWriting(const char* folder) {
  const long version = syscall(createRuleset, nullptr, 0, askVersion);
  if (version < 1) return true;
  const std::uint64_t handled =
      writeFile | removeAndMake | (version >= 2 ? refer : 0) | (version >= 3 ? truncateFile : 0);
  const int ruleset = static_cast<int>(syscall(createRuleset, &handled, sizeof handled, 0));
  if (ruleset < 0) return false;
  if (folder[0] != '\0') {
    const PathRule rule{handled, open(folder, O_PATH | O_CLOEXEC)};
    if (rule.parent < 0 || syscall(addRule, ruleset, pathBeneath, &rule, 0) != 0) return false;
    close(rule.parent);
  }
  return syscall(restrictSelf, ruleset, 0) == 0 && close(ruleset) == 0;
}

#if defined(__x86_64__)
constexpr unsigned architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned architecture = AUDIT_ARCH_AARCH64;
#else
#error "The numbers of system calls are known for x86-64 and arm64"
#endif

/** Sockets, what goes round this filter, what changes files without opening them for writing, other processes. */
constexpr unsigned refused[] = {
    SYS_socket, SYS_socketpair, 425 /* io_uring_setup */,
    SYS_truncate, SYS_fchmod, SYS_fchmodat, 452 /* fchmodat2 */, SYS_fchown, SYS_fchownat, SYS_utimensat,
    SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr, 463 /* setxattrat */,
    SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr, 466 /* removexattrat */, 469 /* file_setattr */,
    SYS_ptrace, SYS_process_vm_writev, SYS_tkill, 424 /* pidfd_send_signal */, 438 /* pidfd_getfd */,
#if defined(__x86_64__)
    SYS_chmod, SYS_chown, SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat,
#endif
};

/** Allowed with the process's own id, which exec keeps, as first argument. */
constexpr unsigned ownOnly[] = {SYS_kill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo};

bool confineCalls() {
  const auto load = [](std::size_t offset) {
    return sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(offset));
  };
  /** Goes over the next `count` statements unless the loaded value is `value`. */
  const auto unlessEqualSkip = [](unsigned value, std::uint8_t count) {
    return sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, count);
  };
  const sock_filter refuse = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES);
  const sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  std::vector<sock_filter> filter{
      // 32-bit calls have other numbers, and so has x32.
      load(offsetof(seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0),
      refuse,
      load(offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      refuse,
  };
  for (const unsigned call : refused) filter.insert(filter.end(), {unlessEqualSkip(call, 1), refuse});
  for (const unsigned call : ownOnly) {
    // Both architectures are little-endian: the low half of the argument comes first.
    filter.insert(filter.end(), {unlessEqualSkip(call, 4), load(offsetof(seccomp_data, args)),
                                 unlessEqualSkip(static_cast<unsigned>(getpid()), 1), allow, refuse});
  }
  filter.push_back(allow);
  const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
  // Kernels before 5.16 slow a filtered process down against Spectre unless told not to; the secrets of this one are
  // the files it may read anyway.
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) == 0 ||
         errno == EINVAL || errno == ENOSYS;
}

/** Whoever is not root has none to drop, and is refused. */
void dropCapabilities() {
  for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; ++capability) {
    if (capability != CAP_DAC_OVERRIDE && capability != CAP_DAC_READ_SEARCH) prctl(PR_CAPBSET_DROP, capability);
  }
}

bool limitMemory() {
  rlimit limit;
  if (getrlimit(RLIMIT_DATA, &limit) != 0) return false;
  constexpr rlim_t most = rlim_t{4} << 30;
  if (limit.rlim_max <= most) return true;
  limit.rlim_cur = limit.rlim_max = most;
  return setrlimit(RLIMIT_DATA, &limit) == 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::fputs("Expected: confine <folder or \"\"> <program> [arguments]\n", stderr);
    return 2;
  }
  const char* folder = arguments[1];
  // A group of its own: Ctrl-C in a terminal is for who started it. Not a session, within which alone priorities count.
  setpgid(0, 0);
  // An endless loop over a file hears of the end of that process by nothing else.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dropCapabilities();
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !limitMemory() || !confineWriting(folder) || !confineCalls()) {
    std::fprintf(stderr, "Expected to confine %s to writing below '%s': ", arguments[2], folder);
    std::perror(nullptr);
    return 126;
  }
  execv(arguments[2], arguments + 2);
  std::perror(arguments[2]);
  return 127;
}
