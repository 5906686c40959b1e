/* Preloaded into a process: writes a line for every fsync and fdatasync, "size path", into $SYNC_RECORD. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void record(int descriptor)
{
    char link[64], path[PATH_MAX], line[PATH_MAX + 64];
    struct stat facts;
    const char *log = getenv("SYNC_RECORD");
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!log || length < 0 || fstat(descriptor, &facts))
        return;
    path[length] = 0;
    int out = open(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (out < 0)
        return;
    int written = snprintf(line, sizeof line, "%lld %s\n", (long long)facts.st_size, path);
    if (write(out, line, written) != written)
        abort();
    close(out);
}

int fsync(int descriptor)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    int result = real(descriptor);
    record(descriptor);
    return result;
}

int fdatasync(int descriptor)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    int result = real(descriptor);
    record(descriptor);
    return result;
}
