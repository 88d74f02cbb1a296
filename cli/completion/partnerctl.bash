# Completion of partnerctl for bash: the program itself says what may come next.
# SPDX-License-Identifier: MIT
_partnerctl() {
    local words word help
    # Not COMP_WORDS, which bash cuts at every "=" and ":".
    read -ra words <<<"${COMP_LINE:0:COMP_POINT}"
    if [[ ${COMP_LINE:0:COMP_POINT} == *[[:space:]] ]]; then words+=(""); fi
    local last=${words[-1]} kept=
    if [[ $last == *=* ]]; then kept=${last%%=*}=; fi
    COMPREPLY=()
    while IFS=$'\t' read -r word help; do
        COMPREPLY+=("${word#"$kept"}")
        if [[ $word == *= ]]; then compopt -o nospace; fi
    done < <("${words[0]}" __complete -- "${words[@]:1}" 2>/dev/null)
}
complete -o default -F _partnerctl partnerctl
