# Completion of partnerctl for fish: the program itself says what may come next.
# SPDX-License-Identifier: MIT
function __partnerctl_complete
    set -l words (commandline -opc)
    set -l last (commandline -ct)
    set -l found ($words[1] __complete -- $words[2..] "$last" 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\n' $found
    else
        __fish_complete_path "$last"
    end
end
complete -c partnerctl -f -a '(__partnerctl_complete)'
