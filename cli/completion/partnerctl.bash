# Completion of partnerctl for bash: the program itself says what may come next.
# SPDX-License-Identifier: MIT
_partnerctl() {
    local words word help
    # Not COMP_WORDS, which bash cuts at every "=" and ":".
    read -ra words <<<"${COMP_LINE:0:COMP_POINT}"
    [[ ${COMP_LINE:0:COMP_POINT} == *[[:space:]] ]] && words+=("")
    local last=${words[-1]} kept=
    [[ $last == *=* ]] && kept=${last%%=*}=
    COMPREPLY=()
    while IFS=$'\t' read -r word help; do
        COMPREPLY+=("${word#"$kept"}")
        [[ $word == *= ]] && compopt -o nospace 2>/dev/null
    done < <("${words[0]}" __complete -- "${words[@]:1}" 2>/dev/null)
}
complete -o default -F _partnerctl partnerctl
