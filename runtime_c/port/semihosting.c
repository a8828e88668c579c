/* Files, text and exit by Arm semihosting. */
#include "port.h"

#define SYS_OPEN 0x01u
#define SYS_CLOSE 0x02u
#define SYS_WRITE0 0x04u
#define SYS_WRITE 0x05u
#define SYS_READ 0x06u
#define SYS_EXIT 0x18u
#define SYS_EXIT_EXTENDED 0x20u
#define APPLICATION_EXIT 0x20026u

static uint32_t text_bytes(const char *text) {
    uint32_t bytes = 0u;
    while (text[bytes] != '\0') {
        bytes++;
    }
    return bytes;
}

port_file port_open(const char *name, uint32_t mode) {
    const uintptr_t arguments[3] = {(uintptr_t)name, mode, text_bytes(name)};
    const port_file file = port_semihosting(SYS_OPEN, arguments);
    if (file < 0) {
        port_print("cannot open ");
        port_fail(name);
    }
    return file;
}

uint32_t port_read(port_file file, void *to, uint32_t bytes) {
    const uintptr_t arguments[3] = {(uintptr_t)file, (uintptr_t)to, bytes};
    const uint32_t missing = (uint32_t)port_semihosting(SYS_READ, arguments);
    return (missing > bytes) ? 0u : (bytes - missing);
}

void port_write(port_file file, const void *from, uint32_t bytes) {
    const uintptr_t arguments[3] = {(uintptr_t)file, (uintptr_t)from, bytes};
    if ((bytes != 0u) && (port_semihosting(SYS_WRITE, arguments) != 0)) {
        port_fail("cannot write to a file of the host");
    }
}

void port_close(port_file file) {
    const uintptr_t arguments[1] = {(uintptr_t)file};
    (void)port_semihosting(SYS_CLOSE, arguments);
}

void port_print(const char *text) {
    (void)port_semihosting(SYS_WRITE0, text);
}

void port_print_hex(uint32_t value) {
    char text[11] = "0x00000000";
    for (uint32_t i = 0u; i < 8u; i++) {
        text[2u + i] = "0123456789abcdef"[(value >> (28u - (4u * i))) & 15u];
    }
    port_print(text);
}

void port_exit(uint32_t code) {
    const uintptr_t arguments[2] = {APPLICATION_EXIT, code};
    (void)port_semihosting(SYS_EXIT_EXTENDED, arguments);
    /* A host without the extension: its plain exit takes the reason itself and knows success and failure only. */
    (void)port_semihosting(SYS_EXIT, (const void *)(uintptr_t)((code == 0u) ? APPLICATION_EXIT : 0u));
    for (;;) {
    }
}

void port_fail(const char *message) {
    port_print(message);
    port_print("\n");
    port_exit(PORT_EXIT_FAILURE);
}
