/* What a bare-metal image has beside the model: files and text of the host by semihosting, exit, stack watch, time.
 *
 * Semihosting is Arm's protocol between a program and the emulator or debug probe that runs it: a breakpoint
 * instruction with an operation number in one register and its arguments in the next ("Semihosting for AArch32 and
 * AArch64", Arm; "RISC-V Semihosting" takes it over).
 */
#ifndef TINYC_PORT_H
#define TINYC_PORT_H

#include <stdint.h>

typedef int32_t port_file;

#define PORT_READ 1u  /* "rb" */
#define PORT_WRITE 5u /* "wb" */

/* Opens a file of the host; leaves the program with a message when it cannot. */
port_file port_open(const char *name, uint32_t mode);

/* Reads up to `bytes` bytes; returns how many there were. */
uint32_t port_read(port_file file, void *to, uint32_t bytes);

/* Writes all bytes; leaves the program with a message when it cannot. */
void port_write(port_file file, const void *from, uint32_t bytes);

void port_close(port_file file);

void port_print(const char *text);
void port_print_hex(uint32_t value);

/* Ends the program; the code becomes the emulator's exit code. */
_Noreturn void port_exit(uint32_t code);

/* Prints the message and ends the program with PORT_EXIT_FAILURE. */
_Noreturn void port_fail(const char *message);

#define PORT_EXIT_FAILURE 1u
#define PORT_EXIT_FAULT 2u

/* Fills the free stack below the caller with a pattern; port_stack_used() then says how many bytes below the
 * caller (the same function must call both) have been written since. */
void port_stack_paint(void);
uint32_t port_stack_used(void);

/* How much port_stack_used() can see; that value means that the stack has run over. */
uint32_t port_stack_room(void);

/* Ticks of the core's clock since port_ticks_start(); PORT_TICKS_UNKNOWN after more than 2^24 of them. */
void port_ticks_start(void);
uint32_t port_ticks_elapsed(void);

#define PORT_TICKS_UNKNOWN 0xFFFFFFFFu

/* One semihosting request (startup.S of the architecture). */
int32_t port_semihosting(uint32_t operation, const void *arguments);

#endif
