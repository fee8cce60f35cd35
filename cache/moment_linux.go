package cache

import (
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Now is the present moment. CLOCK_BOOTTIME counts sleep, and boot_id is drawn
// at random at each start of the kernel (Linux, clock_gettime(2), random(4)).
func Now() Moment {
	now := Moment{Wall: time.Now(), Boot: Boot()}
	var since unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &since); err != nil {
		now.Boot = ""
	}
	now.Up = time.Duration(since.Nano())
	return now
}

// Boot names the start of this machine, or is empty.
func Boot() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}
