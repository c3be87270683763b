"""A pseudo-terminal with a virtual chip behind it, for a command: serial-line.py TCP-PORT COMMAND [ARGUMENT ...].

LINE in an argument becomes the name of the terminal. What the command writes there goes to the TCP port, where a virtual
chip is served, and back. Ends as the command ends.
"""

import os
import pty
import select
import socket
import subprocess
import sys
import threading
import tty

chip = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
near, far = pty.openpty()
tty.setraw(far)
line = os.ttyname(far)


def carry():
    while True:
        for ready in select.select([near, chip], [], [])[0]:
            data = os.read(near, 65536) if ready is near else chip.recv(65536)
            if not data:
                return
            if ready is near:
                chip.sendall(data)
            else:
                os.write(near, data)


threading.Thread(target=carry, daemon=True).start()
command = [argument.replace("LINE", line) for argument in sys.argv[2:]]
sys.exit(subprocess.run(command, timeout=120).returncode)
