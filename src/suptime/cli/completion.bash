# bash completion for suptime. In ~/.bashrc: eval "$(suptime completion bash)"

# Have `quoted` hold the text $1 so that it is text and no more in bash's quoting state $2: none, ", ' or $'.
_suptime_quote() {
    local letter i
    quoted=
    for ((i = 0; i < ${#1}; i++)); do
        letter=${1:i:1}
        case $2$letter in
            # In double quotes ! calls up the history, and a backslash before it would be part of the word.
            '"!') letter='"\!"' ;;
            \"[\"\$\`\\]) letter=\\$letter ;;
            "''") letter="'\\''" ;;
            # For readline $'...' ends at the next ', whatever is before it.
            "\$''") letter='\x27' ;;
            "\$'!") letter='\x21' ;;
            "\$'\\") letter='\\' ;;
            [\"\']?* | "\$'"* | [[:alnum:]_.,/@%+=:-]) ;;
            *) letter=\\$letter ;;
        esac
        quoted+=$letter
    done
}

_suptime() {
    # readline replaces the end of the line, $2: from the last = or : of the word on, or from its open quote.
    local line=${COMP_LINE:0:COMP_POINT}
    local start=$((${#line} - ${#2}))
    COMPREPLY=()
    [[ ${line:start} == "$2" ]] || return

    # The words as bash reads them. At `start`: the quoting state, and what the word says before.
    local words=() word= inside= quote= live= state= kept= unknown= letter i
    for ((i = 0; ; i++)); do
        ((i == start)) && state=$quote kept=$word unknown=$live
        ((i < ${#line})) || break
        letter=${line:i:1}
        if [[ ! $quote && $letter == [[:space:]] ]]; then
            [[ $inside ]] && words+=("$word")
            word= inside= live=
            continue
        fi
        inside=1
        if [[ $letter == \\ && $quote != \' ]]; then
            ((++i == start)) && return
            [[ $quote == \" && ${line:i:1} != [\"\$\`\\] ]] && word+=\\
            word+=${line:i:1}
        elif [[ $quote && $letter == "${quote#\$}" ]]; then
            quote=
        elif [[ ! $quote && ${line:i:2} == "\$'" ]]; then
            ((++i == start)) && return
            quote="\$'"
        elif [[ ! $quote && $letter == [\"\'] ]]; then
            quote=$letter
        else
            [[ ! $quote && $letter == [\$\`\;\&\|\<\>\(\)] || $quote == \" && $letter == [\$\`] ]] && live=1
            word+=$letter
        fi
    done
    words+=("$word")
    # What a variable says is not known here. And when readline inserts all that fits (M-*), it takes the
    # open quote away.
    [[ $unknown || $COMP_TYPE == 42 && $state ]] && return

    local about quoted mark=${state#\$} reply=() shown=() told=() widest=0
    while IFS=$'\t' read -r word about; do
        case $word in
            # bash finds files itself, and quotes their names.
            :files) compopt -o default 2>/dev/null; return ;;
            :folders) compopt -o dirnames 2>/dev/null; return ;;
        esac
        [[ $kept && ${word#"$kept"} == "$word" ]] && continue
        _suptime_quote "${word#"$kept"}" "$state"
        # Where two quotes meet, at either end of it, readline takes one of them.
        [[ $mark && $quoted == "$mark"* ]] && quoted=$mark$quoted
        [[ $mark && $quoted == *"$mark" ]] && quoted+=$mark
        reply+=("$quoted")
        shown+=("$word")
        told+=("$about")
        ((${#word} > widest)) && widest=${#word}
    done < <(_SUPTIME_COMPLETE=bash "$1" "${words[@]:1}" 2>/dev/null </dev/null)

    compopt -o nosort 2>/dev/null
    # When bash only lists what there is, and inserts nothing, it can say what each is.
    if [[ $COMP_TYPE == 63 ]] && ((${#reply[@]} > 1)); then
        for i in "${!shown[@]}"; do
            printf -v word "%-${widest}s  %s" "${shown[i]}" "${told[i]}"
            COMPREPLY+=("${word:0:COLUMNS-1}")
        done
    else
        COMPREPLY=("${reply[@]}")
    fi
}

complete -F _suptime suptime
