/*
 * hello-esp32c3: the smallest useful program for an ESP32-C3.
 *
 * The ROM loads it from flash offset 0x0, where a second-stage bootloader would be. It turns the watchdogs off, prints
 * one greeting and then a counter line about once a second, on UART0 and on the chip's own USB serial port. It calls no
 * ROM function and no library, and every wait has an end, so it prints on a board with no USB host and in an emulator
 * that models less than the chip.
 *
 * Register numbers: ESP32-C3 Technical Reference Manual, chapters "UART", "USB Serial/JTAG", "System Timer",
 * "Timer Group", "Watchdog Timers" and "Low-Power Management".
 */
#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define BIT(n) (UINT32_C(1) << (n))

#define UART0_FIFO REGISTER(0x60000000)
#define UART0_STATUS REGISTER(0x6000001C)
#define UART_TXFIFO_CNT(status) (((status) >> 16) & 0x3FF)
#define UART_TXFIFO_SIZE 128

#define USB_SERIAL_EP1 REGISTER(0x60043000)
#define USB_SERIAL_EP1_CONF REGISTER(0x60043004)
#define USB_SERIAL_WR_DONE BIT(0)
#define USB_SERIAL_IN_EP_DATA_FREE BIT(1)

#define RTC_CNTL_WDTCONFIG0 REGISTER(0x60008090)
#define RTC_CNTL_WDTWPROTECT REGISTER(0x600080A8)
#define RTC_CNTL_SWD_CONF REGISTER(0x600080AC)
#define RTC_CNTL_SWD_WPROTECT REGISTER(0x600080B0)
#define RTC_WDT_EN BIT(31)
#define RTC_WDT_FLASHBOOT_MOD_EN BIT(12)
#define RTC_SWD_AUTO_FEED_EN BIT(31)

#define TIMG0_BASE 0x6001F000
#define TIMG1_BASE 0x60020000
#define TIMG_WDTCONFIG0(base) REGISTER((base) + 0x48)
#define TIMG_WDTWPROTECT(base) REGISTER((base) + 0x64)
#define TIMG_WDT_EN BIT(31)
#define TIMG_WDT_CONF_UPDATE_EN BIT(22)
#define TIMG_WDT_FLASHBOOT_MOD_EN BIT(14)

#define WDT_KEY 0x50D83AA1u
#define SWD_KEY 0x8F1D312Au
#define LOCKED 0u

#define SYSTIMER_CONF REGISTER(0x60023000)
#define SYSTIMER_UNIT0_OP REGISTER(0x60023004)
#define SYSTIMER_UNIT0_VALUE_LO REGISTER(0x60023044)
#define SYSTIMER_CLK_EN BIT(31)
#define SYSTIMER_UNIT0_WORK_EN BIT(30)
#define SYSTIMER_UNIT0_UPDATE BIT(30)
#define SYSTIMER_UNIT0_VALUE_VALID BIT(29)
#define SYSTIMER_TICKS_PER_SECOND 16000000u

/* How often a status bit is asked for before the program goes on without it. */
#define UART_POLLS 1000000
#define USB_POLLS 20000
#define VALID_POLLS 1000

/* Loop turns between two looks at the timer, and looks at a timer that stands still before a second counts as over. */
#define TURNS_PER_LOOK 2000
#define LOOKS_AT_A_STOPPED_TIMER 2500

/*
 * The flash-boot bits matter as much as the enable bits: the ROM leaves them set, and either watchdog then resets the
 * chip after a second or two although its enable bit is clear.
 */
static void disable_timer_group_watchdog(uintptr_t base) {
  TIMG_WDTWPROTECT(base) = WDT_KEY;
  TIMG_WDTCONFIG0(base) =
      (TIMG_WDTCONFIG0(base) & ~(TIMG_WDT_EN | TIMG_WDT_FLASHBOOT_MOD_EN)) | TIMG_WDT_CONF_UPDATE_EN;
  TIMG_WDTWPROTECT(base) = LOCKED;
}

static void disable_watchdogs(void) {
  RTC_CNTL_WDTWPROTECT = WDT_KEY;
  RTC_CNTL_WDTCONFIG0 &= ~(RTC_WDT_EN | RTC_WDT_FLASHBOOT_MOD_EN);
  RTC_CNTL_WDTWPROTECT = LOCKED;

  RTC_CNTL_SWD_WPROTECT = SWD_KEY;
  RTC_CNTL_SWD_CONF |= RTC_SWD_AUTO_FEED_EN;
  RTC_CNTL_SWD_WPROTECT = LOCKED;

  disable_timer_group_watchdog(TIMG0_BASE);
  disable_timer_group_watchdog(TIMG1_BASE);
}

/* UART0 keeps the pins and the 115200 baud the ROM printed its boot log with. */
static void print_on_uart(const char *text) {
  for (; *text != '\0'; text++) {
    for (int polls = UART_POLLS; UART_TXFIFO_CNT(UART0_STATUS) >= UART_TXFIFO_SIZE - 2 && polls > 0; polls--) {
    }
    UART0_FIFO = (uint8_t)*text;
  }
}

/* Without a host nobody empties the endpoint: after a bounded wait the rest of the line is dropped. */
static void print_on_usb(const char *text) {
  int polls = USB_POLLS;
  for (; *text != '\0'; text++) {
    while ((USB_SERIAL_EP1_CONF & USB_SERIAL_IN_EP_DATA_FREE) == 0) {
      if (--polls <= 0) {
        return;
      }
    }
    USB_SERIAL_EP1 = (uint8_t)*text;
  }
  USB_SERIAL_EP1_CONF = USB_SERIAL_WR_DONE;
}

static void print(const char *text) {
  print_on_uart(text);
  print_on_usb(text);
}

static uint32_t read_timer(void) {
  SYSTIMER_UNIT0_OP = SYSTIMER_UNIT0_UPDATE;
  for (int polls = VALID_POLLS; (SYSTIMER_UNIT0_OP & SYSTIMER_UNIT0_VALUE_VALID) == 0 && polls > 0; polls--) {
  }
  return SYSTIMER_UNIT0_VALUE_LO;
}

/*
 * Waits until a second after `start` and returns the time then. The pause between two looks is for emulators: one that
 * rounds the time since the last look down to whole 62.5 ns ticks would never advance under a tighter loop.
 */
static uint32_t wait_a_second_from(uint32_t start) {
  uint32_t now = read_timer();
  int stopped_looks = 0;
  while (now - start < SYSTIMER_TICKS_PER_SECOND && stopped_looks < LOOKS_AT_A_STOPPED_TIMER) {
    for (int turn = 0; turn < TURNS_PER_LOOK; turn++) {
      __asm__ volatile("");
    }
    uint32_t last = now;
    now = read_timer();
    stopped_looks = now == last ? stopped_looks + 1 : 0;
  }
  return now;
}

/* Writes "tick <count>" and a line end; `line` holds at least 18 bytes: 5 + 10 digits + 2 + the final zero. */
static void format_tick(char *line, uint32_t count) {
  char digits[10];
  int length = 0;
  do {
    digits[length++] = (char)('0' + count % 10);
    count /= 10;
  } while (count != 0);

  for (const char *word = "tick "; *word != '\0'; word++) {
    *line++ = *word;
  }
  while (length > 0) {
    *line++ = digits[--length];
  }
  *line++ = '\r';
  *line++ = '\n';
  *line = '\0';
}

__attribute__((noreturn)) void hello(void) {
  disable_watchdogs();
  print("\r\nHello from esptool-ts on an ESP32-C3!\r\n");

  SYSTIMER_CONF |= SYSTIMER_CLK_EN | SYSTIMER_UNIT0_WORK_EN;
  uint32_t time = read_timer();
  for (uint32_t count = 1;; count++) {
    char line[18];
    format_tick(line, count);
    time = wait_a_second_from(time);
    print(line);
  }
}
