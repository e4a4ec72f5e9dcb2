#include "board.h"

#define PAINT 0xCCCCCCCCu

extern uint32_t data_start[], data_end[], data_load[], bss_start[], bss_end[], stack_top[];

int main(void);
void reset(void) __attribute__((noreturn));
void tonus_panicked(void) __attribute__((noreturn));

static void fault(void) __attribute__((noreturn));

static uint32_t semihost(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void print(const char *text)
{
    (void)semihost(0x04, text); /* SYS_WRITE0 */
}

void finish(int success)
{
    const uint32_t reason[2] = {0x20026, success ? 0 : 1}; /* ADP_Stopped_ApplicationExit */
    (void)semihost(0x20, reason);                          /* SYS_EXIT_EXTENDED */
    for (;;) {
    }
}

uint32_t stack_size(void)
{
    return (uint32_t)stack_top - (uint32_t)bss_end;
}

uint32_t stack_used(void)
{
    const volatile uint32_t *place = bss_end;
    while (place < stack_top && *place == PAINT) {
        ++place;
    }
    return (uint32_t)stack_top - (uint32_t)place;
}

static void fault(void)
{
    finish(0);
}

/* What a product does after a defect of the library; the library leaves it to the product. */
void tonus_panicked(void)
{
    finish(0);
}

__attribute__((noinline)) static void prepare(void)
{
    uint32_t *to;
    const uint32_t *from = data_load;
    uint32_t *const here = __builtin_frame_address(0);
    *(volatile uint32_t *)0xE000ED88 |= 0xFu << 20; /* CPACR: floating-point unit on */
    __asm__ volatile("dsb\nisb");
    for (to = data_start; to < data_end; ++to) {
        *to = *from++;
    }
    for (to = bss_start; to < bss_end; ++to) {
        *to = 0;
    }
    for (to = bss_end; to < here - 16; ++to) {
        *(volatile uint32_t *)to = PAINT;
    }
}

void reset(void)
{
    prepare();
    finish(main() == 0);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    stack_top, (const void *)reset, (const void *)fault, (const void *)fault, (const void *)fault, (const void *)fault,
    (const void *)fault, 0, 0, 0, 0, (const void *)fault, (const void *)fault, 0, (const void *)fault,
    (const void *)fault,
};

__asm__(".section .session, \"a\"\n"
        ".global session_start\n.global session_end\n.global session_cues\n"
        "session_cues:\n.incbin \"fixtures/wire/golden.cues.csv\"\n.byte 0\n"
        "session_start:\n.incbin \"fixtures/wire/golden.cobs\"\nsession_end:\n.text\n");
