/* Counts what a process does to regular files, and at a chosen one stops it or fails it.

   Preloaded; armed from inside by fault_arm(n, what, lasting): what is 0 to count only, 9 to kill the process,
   else an errno. A lasting fault stays, as a full disk does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long at = 0, seen = 0;
static int what = 0, lasting = 0, armed = 0;

void fault_arm(long n, int kind, int stays) { at = n; what = kind; lasting = stays; seen = 0; armed = 1; }
long fault_seen(void) { return seen; }

static int now(void) {
  seen++;
  if (!what || seen < at || (seen > at && !lasting)) return 0;
  if (what == 9) kill(getpid(), SIGKILL);
  errno = what;
  return 1;
}
static int on(int fd) {
  struct stat found;
  return armed && fstat(fd, &found) == 0 && S_ISREG(found.st_mode) && now();
}
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *p, size_t n) { return on(fd) ? -1 : NEXT(write)(fd, p, n); }
ssize_t pwrite(int fd, const void *p, size_t n, off_t o) { return on(fd) ? -1 : NEXT(pwrite)(fd, p, n, o); }
ssize_t pwrite64(int fd, const void *p, size_t n, off64_t o) { return on(fd) ? -1 : NEXT(pwrite64)(fd, p, n, o); }
int fsync(int fd) { return on(fd) ? -1 : NEXT(fsync)(fd); }
int fdatasync(int fd) { return on(fd) ? -1 : NEXT(fdatasync)(fd); }
int ftruncate(int fd, off_t n) { return on(fd) ? -1 : NEXT(ftruncate)(fd, n); }
int ftruncate64(int fd, off64_t n) { return on(fd) ? -1 : NEXT(ftruncate64)(fd, n); }
int rename(const char *a, const char *b) { return armed && now() ? -1 : NEXT(rename)(a, b); }
int unlink(const char *a) { return armed && now() ? -1 : NEXT(unlink)(a); }
