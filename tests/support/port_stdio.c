/* The port's file functions on the host's stdio, for programs that run on boards as well. */
#include <stdio.h>
#include <stdlib.h>

#include "port.h"

static FILE *files[8];

port_file port_open(const char *name, uint32_t mode)
{
    for (port_file i = 0; i < 8; i++) {
        if (files[i] == NULL) {
            files[i] = fopen(name, (mode == PORT_READ) ? "rb" : "wb");
            if (files[i] != NULL) {
                return i;
            }
        }
    }
    port_fail(name);
}

uint32_t port_read(port_file file, void *to, uint32_t bytes)
{
    return (uint32_t)fread(to, 1u, bytes, files[file]);
}

void port_write(port_file file, const void *from, uint32_t bytes)
{
    if (fwrite(from, 1u, bytes, files[file]) != bytes) {
        port_fail("write");
    }
}

void port_close(port_file file)
{
    (void)fclose(files[file]);
    files[file] = NULL;
}

_Noreturn void port_fail(const char *message)
{
    (void)fprintf(stderr, "%s\n", message);
    exit((int)PORT_EXIT_FAILURE);
}
