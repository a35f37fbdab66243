# fish completion for limber

function __limber_rules
    limber status 2>/dev/null | string replace -rf '^([a-z0-9-]+) *\[[#-]*\] .*' '$1'
end

function __limber_exercises
    limber exercises 2>/dev/null | string replace -r ' .*' ''
end

function __limber_verb
    set -l words (commandline -opc)
    test (count $words) -ge 2; and contains -- $words[2] $argv
end

complete -c limber -f
complete -c limber -n __fish_use_subcommand -l help -d 'all verbs'
complete -c limber -n __fish_use_subcommand -l version -d 'which version this is'
complete -c limber -n __fish_use_subcommand -a status -d 'what is now, what is next, and why'
complete -c limber -n __fish_use_subcommand -a next -d 'which break comes next, and when'
complete -c limber -n __fish_use_subcommand -a up -d 'start a break now'
complete -c limber -n __fish_use_subcommand -a done -d 'the break is done'
complete -c limber -n __fish_use_subcommand -a snooze -d 'ask again later'
complete -c limber -n __fish_use_subcommand -a skip -d 'leave this break out'
complete -c limber -n __fish_use_subcommand -a pause -d 'no prompts for a while'
complete -c limber -n __fish_use_subcommand -a resume -d 'end the pause'
complete -c limber -n __fish_use_subcommand -a inhibit -d 'no prompts while CMD runs'
complete -c limber -n __fish_use_subcommand -a watch -d 'tell of every change'
complete -c limber -n __fish_use_subcommand -a show -d 'how an exercise is done'
complete -c limber -n __fish_use_subcommand -a exercises -d 'list the exercises'
complete -c limber -n __fish_use_subcommand -a help -d 'this list, or more about one verb'

complete -c limber -n '__limber_verb status next watch show exercises' -l json -d 'JSON on one line, for programs'
complete -c limber -n '__limber_verb watch' -l live -d 'a live view of it all that takes keys'
complete -c limber -n '__limber_verb up' -a '(__limber_rules)'
complete -c limber -n '__limber_verb snooze' -a '2min 5min 10min 30min'
complete -c limber -n '__limber_verb pause' -a 'until 30min 1h 2h'
complete -c limber -n '__limber_verb show' -a '(__limber_exercises)'
complete -c limber -n '__limber_verb help' -a 'status next up done snooze skip pause resume inhibit watch show exercises help'
complete -c limber -n '__limber_verb exercises' -l set -x -a 'warm-up stretching strengthening core posture aerobic yoga-pilates eyes lifestyle'
complete -c limber -n '__limber_verb exercises' -l region -x -a 'neck upper-back lower-back shoulders chest hips hamstrings wrists eyes core legs whole-body'
complete -c limber -n '__limber_verb exercises' -l place -x -a 'desk room mat'
complete -c limber -n '__limber_verb exercises' -l discreet -d 'only what nobody notices'
complete -c limber -n '__limber_verb exercises' -l allowed -d 'only what your settings allow'
complete -c limber -n '__limber_verb inhibit' -l why -x -d 'the reason, shown by limber status'
complete -c limber -n '__limber_verb inhibit' -l anyway -d 'run the command even if limberd cannot be asked'
complete -c limber -n '__limber_verb inhibit' -xa '(__fish_complete_subcommand)'
