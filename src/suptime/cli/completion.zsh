#compdef suptime
# zsh completion for suptime. In ~/.zshrc, after compinit: eval "$(suptime completion zsh)"

_suptime() {
    local -a asked names shown
    local line name widest=0
    asked=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
    local -a lines=("${(@f)$(_SUPTIME_COMPLETE=zsh "${(Q)words[1]}" "${asked[@]}" 2>/dev/null </dev/null)}")
    # Of `--out=name`, the file's name alone.
    [[ ${lines[1]} == :f(iles|olders) && $PREFIX == --*=* ]] && compset -P '*='
    case ${lines[1]} in
        :files) _files; return ;;
        :folders) _files -/; return ;;
    esac
    for line in "${lines[@]}"; do
        name=${line%%$'\t'*}
        [[ -n $name ]] || continue
        names+=("$name")
        (( $#name > widest )) && widest=$#name
    done
    for line in "${lines[@]}"; do
        name=${line%%$'\t'*}
        [[ -n $name ]] || continue
        if [[ $line == *$'\t'* ]]; then
            line="${(r:widest:)name}  ${line#*$'\t'}"
        else
            line=$name
        fi
        # A line that wraps would be two in the list.
        shown+=("${line[1,COLUMNS-2]}")
    done
    (( $#names )) && compadd -l -V suptime -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}' -d shown -a names
}

if [[ $funcstack[1] == _suptime ]]; then
    _suptime "$@"
else
    compdef _suptime suptime
fi
