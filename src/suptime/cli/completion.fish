# fish completion for suptime: suptime completion fish > ~/.config/fish/completions/suptime.fish

function __suptime_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l current (string unescape -- $typed)
    set -l program $words[1]
    set -e words[1]
    set -l lines (env _SUPTIME_COMPLETE=fish $program $words "$current" 2>/dev/null </dev/null)
    switch "$lines[1]"
        case :files
            __fish_complete_path "$current"
        case :folders
            __fish_complete_directories "$typed"
        case '*'
            # fish does not quote a ~ at the beginning, so it would name a home.
            string match -qr '^["\']' -- "$typed"; or set lines (string match -v '~*' -- $lines)
            string join \n -- $lines
    end
end

complete -c suptime -f -k -a '(__suptime_complete)'
