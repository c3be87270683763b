/** The names of all sentences. */
export type TextKey =
  | "title"
  | "firmware"
  | "close"
  | "back"
  | "stop"
  | "again"
  | "loading"
  | "choosePort"
  | "choosePortHow"
  | "portAgain"
  | "otherList"
  | "noPort"
  | "noPortHow"
  | "cableHelp"
  | "driverHelp"
  | "groupHelp"
  | "otherHelp"
  | "connecting"
  | "connectingHow"
  | "preparing"
  | "chip"
  | "features"
  | "flash"
  | "mac"
  | "connection"
  | "byAdapter"
  | "bySerialJtag"
  | "byOtg"
  | "security"
  | "noSecurity"
  | "secureBoot"
  | "flashEncryption"
  | "secureDownload"
  | "unknown"
  | "running"
  | "install"
  | "update"
  | "updateUnnamed"
  | "variant"
  | "eraseTitle"
  | "keepSettings"
  | "keepSettingsHow"
  | "eraseSettings"
  | "eraseSettingsHow"
  | "eraseAll"
  | "eraseAllHow"
  | "kept"
  | "lost"
  | "boardUnknown"
  | "notPossible"
  | "erasing"
  | "writing"
  | "proving"
  | "clearing"
  | "restarting"
  | "progress"
  | "rate"
  | "seconds"
  | "minutes"
  | "percent"
  | "keepOpen"
  | "pressStop"
  | "done"
  | "installed"
  | "doneHow"
  | "unproved"
  | "bootRuns"
  | "bootSilent"
  | "bootDownload"
  | "bootRestarts"
  | "bootNoProgram"
  | "bootUnseen"
  | "failed"
  | "nothingChanged"
  | "changed"
  | "written"
  | "unfinished"
  | "untouched"
  | "stopped"
  | "stopping"
  | "console"
  | "consoleTitle"
  | "reset"
  | "save"
  | "send"
  | "input"
  | "lostPort"
  | "backPort"
  | "wifi"
  | "wifiNone"
  | "wifiLooking"
  | "network"
  | "otherNetwork"
  | "networkName"
  | "password"
  | "join"
  | "joining"
  | "joined"
  | "joinFailed"
  | "visit"
  | "homeAssistant"
  | "funding"
  | "details"
  | "hold"
  | "press"
  | "release"
  | "pictureBoot"
  | "pictureReset"
  | "unsupported"
  | "notAllowed"
  | "canDesktop"
  | "canAndroid"
  | "canIos"
  | "otherWay"
  | "otherWayHow";

export const ENGLISH: Readonly<Record<TextKey, string>> = {
  title: "Install {name}",
  firmware: "firmware",
  close: "Close",
  back: "Back",
  stop: "Stop",
  again: "Try again",
  loading: "Getting what is to be installed …",
  choosePort: "Choose the port",
  choosePortHow: "Plug the board in with a USB cable, then choose its port in the list of the browser.",
  portAgain:
    "The board is away. Plug it in, or, if it is, choose its port once more: for the browser it may be another device now.",
  otherList: "Choose from the other list",
  noPort: "No port was chosen",
  noPortHow: "Is the board not in the list? Most often the cable carries power alone, or a driver is missing.",
  cableHelp: "Try another USB cable; many carry no data.",
  driverHelp: "On Windows and macOS boards with a CP210x or CH340 chip need the driver of its maker.",
  groupHelp: "On Linux your user has to belong to the group dialout or uucp.",
  otherHelp: "Close other programs and tabs that use the port.",
  connecting: "Connecting to the board …",
  connectingHow: "If this takes long: hold the BOOT button, press RESET once, and let BOOT go.",
  preparing: "Getting the files and checking them …",
  chip: "Chip",
  features: "Features",
  flash: "Flash",
  mac: "MAC address",
  connection: "Connected by",
  byAdapter: "a USB adapter",
  bySerialJtag: "the chip's own USB (Serial/JTAG)",
  byOtg: "the chip's own USB (OTG)",
  security: "Security",
  noSecurity: "nothing is locked",
  secureBoot: "secure boot",
  flashEncryption: "flash encryption",
  secureDownload: "Secure Download Mode",
  unknown: "unknown",
  running: "On it",
  install: "Install",
  update: "Update to {version}",
  updateUnnamed: "Update",
  variant: "Variant",
  eraseTitle: "What happens to what is on the board?",
  keepSettings: "Keep settings",
  keepSettingsHow: "The firmware is replaced. Networks, passwords and settings stay.",
  eraseSettings: "Erase settings",
  eraseSettingsHow: "The firmware is replaced, and its settings go back to how they were delivered.",
  eraseAll: "Erase everything",
  eraseAllHow: "All data on the board are lost, of other firmware as well.",
  kept: "Stays: {names}.",
  lost: "Lost: {names}.",
  boardUnknown: "What is on the board cannot be told from here.",
  notPossible: "Not possible: {reason}",
  erasing: "Erasing the flash. This may take a minute.",
  writing: "Writing {file} ({index} of {count})",
  proving: "Checking {file}",
  clearing: "Erasing the settings",
  restarting: "Starting the new firmware …",
  progress: "{done} of {total} KB",
  rate: "{rate} KB/s, {left} left",
  seconds: "{count} s",
  minutes: "{count} min",
  percent: "{percent} percent done",
  keepOpen: "Keep this page open and the board plugged in.",
  pressStop: "To stop, use the Stop button.",
  done: "Installed and proved",
  installed: "Installed",
  doneHow: "Every file was compared with what the board now holds: {count} of {count} are right.",
  unproved: "{names} could not be compared.",
  bootRuns: "The new firmware has started.",
  bootSilent: "The board was started again. It prints nothing, as some firmware does.",
  bootDownload: "The board still waits for a download. Press its RESET button once.",
  bootRestarts: "The firmware starts again and again. The log says why.",
  bootNoProgram: "The board finds nothing to start. Install again with everything erased.",
  bootUnseen: "Whether it has started could not be seen: {reason}",
  failed: "That did not work",
  nothingChanged: "Nothing on the board was changed.",
  changed: "The board is in between and will not run as it should until it is installed again.",
  written: "Written and proved: {names}.",
  unfinished: "Begun and not finished: {names}.",
  untouched: "Not written: {names}.",
  stopped: "Stopped",
  stopping: "Stopping …",
  console: "Show the log",
  consoleTitle: "Log",
  reset: "Restart the board",
  save: "Save the log",
  send: "Send",
  input: "Text to send",
  lostPort: "The board was unplugged. Plug it in again.",
  backPort: "The board is back.",
  wifi: "Set up Wi-Fi",
  wifiNone: "This firmware offers no Wi-Fi setup over the cable.",
  wifiLooking: "Asking the firmware for Wi-Fi setup …",
  network: "Network",
  otherNetwork: "Another network …",
  networkName: "Name of the network",
  password: "Password",
  join: "Connect",
  joining: "The board connects to {name} …",
  joined: "The board is connected.",
  joinFailed: "The board could not connect. Look at the password.",
  visit: "Open the device",
  homeAssistant: "Add to Home Assistant",
  funding: "Support this project",
  details: "Details for experts",
  hold: "Hold BOOT",
  press: "press RESET once",
  release: "let BOOT go",
  pictureBoot: "A board with two buttons: hold BOOT, press RESET once, let BOOT go.",
  pictureReset: "A board with two buttons: press RESET once.",
  unsupported: "This browser gives no serial ports to pages.",
  notAllowed: "Pages get serial ports over https or from localhost alone.",
  canDesktop: "Chrome, Edge, Opera or Firefox from version 151 can do it on this computer.",
  canAndroid: "Chrome can do it on Android, with many boards.",
  canIos: "No browser can do it on an iPhone or iPad. Use a computer, or Chrome on Android.",
  otherWay: "Install it in another way",
  otherWayHow: "Download the files for your chip and write them with the command line:",
};
