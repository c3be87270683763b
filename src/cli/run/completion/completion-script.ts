import type { SHELLS } from "../../spec/completion/completion.ts";
import { EXECUTABLES } from "../../spec/executables.ts";

const PROSE: string = EXECUTABLES.join(", ");

/** The script by which a shell asks `esptool __complete`, or another program, while a line of it is being typed. */
export function completionScript(shell: (typeof SHELLS)[number]): string {
  return SCRIPTS[shell];
}

/** Works in the bash 3.2 of macOS, too, which has neither mapfile nor compopt. */
const BASH = `# Completion of ${PROSE} for bash. In ~/.bashrc: source <(esptool completion bash)
_esptool_complete() {
  local line rest
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files* ]]; then
      rest=\${line#*$'\\t'}
      while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$rest")
      compopt -o filenames 2>/dev/null
    else
      COMPREPLY+=("$line")
    fi
  done < <("\${COMP_WORDS[0]/#\\~/$HOME}" __complete bash "\${COMP_WORDS[0]}" "+\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *[=:] ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _esptool_complete ${EXECUTABLES.join(" ")}
`;

const ZSH = `#compdef ${EXECUTABLES.join(" ")}
# Completion of ${PROSE} for zsh. In ~/.zshrc: source <(esptool completion zsh)
_esptool() {
  local line value part files=
  local -a values shown
  while IFS= read -r line; do
    if [[ $line == :files* ]]; then
      files=1
      part=\${line#*$'\\t'}
      continue
    fi
    value=\${line%%$'\\t'*}
    if [[ $value == *= ]]; then
      compadd -S '' -- $value
      continue
    fi
    values+=($value)
    if [[ $line == *$'\\t'* ]]; then shown+=("$value  -- \${line#*$'\\t'}"); else shown+=($value); fi
  done < <(\${words[1]/#\\~/$HOME} __complete zsh "\${(@Q)words[2,CURRENT-1]}" "+\${(Q)PREFIX}" 2>/dev/null)
  (( $#values )) && compadd -l -d shown -a values
  if [[ -n $files ]]; then
    [[ \${(Q)PREFIX} != $part ]] && compset -P 1 '*='
    _files
  fi
}
if (( ! $+functions[compdef] )); then autoload -Uz compinit && compinit; fi
compdef _esptool ${EXECUTABLES.join(" ")}
`;

const FISH_NAMES: string = EXECUTABLES.map((name) => `-c ${name}`).join(" ");

const FISH = `# Completion of ${PROSE} for fish. In config.fish: esptool completion fish | source
function __esptool_complete
  set -l tokens (commandline -opc)
  set -l current (commandline -ct)
  set -l tool (string replace -r '^~' $HOME -- $tokens[1])
  set -e tokens[1]
  for line in ($tool __complete fish $tokens "+$current" 2>/dev/null)
    if string match -q ':files*' -- $line
      set -l path (string split -m 1 \\t -- $line)[2]
      set -l before (string sub -l (math (string length -- "$current") - (string length -- "$path")) -- "$current")
      for file in (__fish_complete_path "$path")
        echo "$before$file"
      end
    else
      echo $line
    end
  end
end
complete ${FISH_NAMES} -e
complete ${FISH_NAMES} -f -a '(__esptool_complete)'
`;

const POWERSHELL = `# Completion of ${PROSE} for PowerShell. In $PROFILE: esptool completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName ${EXECUTABLES.join(", ")} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $elements = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or ($_.Extent.EndOffset -eq $cursorPosition -and $wordToComplete -eq '') })
  $tool = $commandAst.CommandElements[0].Extent.Text
  $words = @($elements | Select-Object -Skip 1 | ForEach-Object { if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text } })
  & $tool __complete powershell @words "+$wordToComplete" 2>$null | ForEach-Object {
    # Without a result PowerShell completes files by itself.
    if (-not $_.StartsWith(':files')) {
      $value, $description = $_ -split "\`t", 2
      if (-not $description) { $description = $value }
      [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
    }
  }
}
`;

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
  powershell: POWERSHELL,
};
