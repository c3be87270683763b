#!/bin/sh
# Flashes firmware onto a virtual board and looks at the result: a build that does not flash fails here, not on a bench.
#   flash-and-verify.sh FIRMWARE
set -eu
firmware=$1
board="virtual:esp32c3,file=board.state"

esptool --port "$board" write-flash 0x0 "$firmware"
esptool --port "$board" verify-flash 0x0 "$firmware"

# The last line of --json is the result.
esptool --json --port "$board" flash-id | tail -n 1 > flash-id.json
grep -q '"ok":true' flash-id.json

# A board without its reset circuit must be reported, with exit code 2, and must not pass.
code=0
esptool --port virtual:esp32c3,circuit=none flash-id > no-circuit.log 2>&1 || code=$?
test "$code" -eq 2
echo "flashed, verified, and a bad board is noticed"
