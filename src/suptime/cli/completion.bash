# bash completion for suptime. In ~/.bashrc: eval "$(suptime completion bash)"

_suptime() {
    local line=${COMP_LINE:0:COMP_POINT} words=() last=-1 i current
    # bash cuts words at = and :, too. What has no blank before it goes on with the word before.
    for ((i = 0; i <= COMP_CWORD; i++)); do
        if ((last < 0)) || [[ $line == [[:blank:]]* ]]; then
            line=${line#"${line%%[![:blank:]]*}"}
            words[++last]=
        fi
        if ((i == COMP_CWORD)); then
            words[last]+=$line
        else
            words[last]+=${COMP_WORDS[i]}
            line=${line#"${COMP_WORDS[i]}"}
        fi
    done
    current=${words[last]}

    local quote=${current:0:1} cut=
    [[ $quote == [\"\'] ]] && words[last]=${current:1} || quote=
    # Of a word that bash has cut, it wants the last part alone.
    if [[ ! $quote && $current == *[=:]* ]]; then
        [[ $COMP_WORDBREAKS == *=* && $current == *=* ]] && cut=${current%"${current##*=}"}
        [[ $COMP_WORDBREAKS == *:* && ${current#"$cut"} == *:* ]] && cut=${current%"${current##*:}"}
    fi

    COMPREPLY=()
    local word about reply=() told=() widest=0
    while IFS=$'\t' read -r word about; do
        case $word in
            :files) compopt -o filenames 2>/dev/null
                while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "${current#"$cut"}")
                return ;;
            :folders) compopt -o filenames 2>/dev/null
                while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -d -- "${current#"$cut"}")
                return ;;
        esac
        word=${word#"$cut"}
        [[ $quote ]] || printf -v word %q "$word"
        reply+=("$word")
        told+=("$about")
        ((${#word} > widest)) && widest=${#word}
    done < <(_SUPTIME_COMPLETE=bash "$1" "${words[@]:1}" 2>/dev/null </dev/null)

    compopt -o nosort 2>/dev/null
    # When bash only lists what there is, and inserts nothing, it can say what each is.
    if [[ $COMP_TYPE == 63 ]] && ((${#reply[@]} > 1)); then
        for i in "${!reply[@]}"; do
            printf -v word "%-${widest}s  %s" "${reply[i]}" "${told[i]}"
            COMPREPLY+=("${word:0:COLUMNS-1}")
        done
    else
        COMPREPLY=("${reply[@]}")
    fi
}

complete -F _suptime suptime
