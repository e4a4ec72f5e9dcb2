/* As much of a board as the proof needs: start-up, and semihosting for what is printed. */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

/* Bytes of the golden session and the cues that go with it (with a 0 at the end). */
extern const uint8_t session_start[], session_end[];
extern const char session_cues[];

/* Prints text with a 0 at its end. */
void print(const char *text);

/* Ends the program: 1 for success, 0 for failure. */
void finish(int success) __attribute__((noreturn));

/* Bytes that there are for the stack. */
uint32_t stack_size(void);

/* Bytes of the stack that were ever used; all of them if it was too small. */
uint32_t stack_used(void);

#endif
