#compdef partnerctl
# Completion of partnerctl for zsh: the program itself says what may come next.
# SPDX-License-Identifier: MIT
_partnerctl() {
    local line word
    local -a plain open
    for line in "${(@f)$("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        [[ -n $line ]] || continue
        word=${line%%$'\t'*}
        if [[ $word == *= ]]; then
            open+=("${word//:/\\:}")
        else
            plain+=("${word//:/\\:}:${line#*$'\t'}")
        fi
    done
    if (( ! $#plain && ! $#open )); then
        _files
        return
    fi
    (( $#plain )) && _describe 'partnerctl' plain
    (( $#open )) && _describe 'field' open -S ''
}
if [[ ${funcstack[1]} == _partnerctl ]]; then
    _partnerctl "$@"
else
    compdef _partnerctl partnerctl
fi
