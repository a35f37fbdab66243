# fish completion for limber

function __limber_rules
    limber status 2>/dev/null | string replace -rf '^([a-z0-9-]+) *\[[#-]*\] .*' '$1'
end

# By name as well, once a letter of it is there.
function __limber_exercises
    limber exercises 2>/dev/null | string replace -r ' .*' ''
    test -n "$(commandline -ct)"; or return
    limber exercises 2>/dev/null | string replace -rf '^(?:.*?  +){3}(.*?)(?:  .*)?$' '$1'
end

function __limber_activities
    printf '%s\n' walking running cycling swimming yoga pilates hiking dancing rowing skating skiing climbing gardening \
        housework football tennis gym sports
    limber exercises --set aerobic 2>/dev/null | string replace -r ' .*' ''
end

function __limber_verb
    set -l words (commandline -opc)
    test (count $words) -ge 2; and contains -- $words[2] $argv
end

# The same for the first word behind the verb.
function __limber_first
    test (count (commandline -opc)) -eq 2; and __limber_verb $argv
end

complete -c limber -f
complete -c limber -n __fish_use_subcommand -l help -d 'all verbs'
complete -c limber -n __fish_use_subcommand -l version -d 'which version this is'
complete -c limber -n __fish_use_subcommand -a status -d 'what is now, what is next, and why'
complete -c limber -n __fish_use_subcommand -a next -d 'which break comes next, and when'
complete -c limber -n __fish_use_subcommand -a why -d 'why limber asks, or why it does not'
complete -c limber -n __fish_use_subcommand -a up -d 'start a break now'
complete -c limber -n __fish_use_subcommand -a done -d 'the break is done'
complete -c limber -n __fish_use_subcommand -a snooze -d 'ask again later'
complete -c limber -n __fish_use_subcommand -a skip -d 'leave this break out'
complete -c limber -n __fish_use_subcommand -a pause -d 'no prompts for a while'
complete -c limber -n __fish_use_subcommand -a resume -d 'end the pause'
complete -c limber -n __fish_use_subcommand -a reading -d 'no input counts as reading'
complete -c limber -n __fish_use_subcommand -a rested -d 'you were away for T until now'
complete -c limber -n __fish_use_subcommand -a sit -d 'you are sitting now'
complete -c limber -n __fish_use_subcommand -a stand -d 'you are standing now'
complete -c limber -n __fish_use_subcommand -a inhibit -d 'no prompts while CMD runs'
complete -c limber -n __fish_use_subcommand -a watch -d 'tell of every change'
complete -c limber -n __fish_use_subcommand -a show -d 'how an exercise is done'
complete -c limber -n __fish_use_subcommand -a exercises -d 'list the exercises'
complete -c limber -n __fish_use_subcommand -a preview -d 'what a break would bring now'
complete -c limber -n __fish_use_subcommand -a guide -d 'through the break, one exercise after the other'
complete -c limber -n __fish_use_subcommand -a another -d 'another exercise for this break'
complete -c limber -n __fish_use_subcommand -a rate -d 'say how an exercise was'
complete -c limber -n __fish_use_subcommand -a hurts -d 'this exercise hurts: end it at once'
complete -c limber -n __fish_use_subcommand -a sore -d 'sore there: no strengthening for 48 hours'
complete -c limber -n __fish_use_subcommand -a consent -d 'agree to exercises of intensity 3 and more'
complete -c limber -n __fish_use_subcommand -a safety -d 'what to heed, and when to see a doctor'
complete -c limber -n __fish_use_subcommand -a log -d 'the latest breaks, or what you did off the desk'
complete -c limber -n __fish_use_subcommand -a stats -d 'how the last days went'
complete -c limber -n __fish_use_subcommand -a export -d 'all breaks and activities that are remembered'
complete -c limber -n __fish_use_subcommand -a simulate -d 'what limber would do on a day that is written down'
complete -c limber -n __fish_use_subcommand -a doctor -d 'what works here, and what does not'
complete -c limber -n __fish_use_subcommand -a help -d 'this list, or more about one verb'

complete -c limber -n '__limber_verb status next why watch show exercises preview sore safety log stats export simulate doctor' -l json -d 'JSON, for programs'
complete -c limber -n '__limber_verb doctor' -l no-live -d 'without the test that waits for your pause'
complete -c limber -n '__limber_verb watch' -l live -d 'a live view of it all that takes keys'
complete -c limber -n '__limber_verb watch' -l decisions -d 'also what is decided, and why'
complete -c limber -n '__limber_verb why log' -s n -l lines -x -d 'so many of the latest ones'
complete -c limber -n '__limber_first why' -a '(__limber_rules) daily posture'
complete -c limber -n '__limber_verb reading' -a 'on off until 30min 1h 2h'
complete -c limber -n '__limber_verb rested' -a '5min 10min 30min 1h'
complete -c limber -n '__limber_verb simulate' -F
complete -c limber -n '__limber_verb simulate' -l seed -x -d 'settle otherwise which equal exercise comes'
complete -c limber -n '__limber_verb simulate' -l preset -x -a 'ergonomic quiet hse austria ontario tuc 20-20-20 back recovering workrave gnome'
complete -c limber -n '__limber_verb simulate' -l config -r -F -d 'under the settings of a file'
complete -c limber -n '__limber_verb simulate' -l take-breaks -d 'as if every announced break were taken'
complete -c limber -n '__limber_verb simulate' -l as-recorded -d 'with the input as it was, whatever is announced'
complete -c limber -n '__limber_first preview' -a '(__limber_rules)'
complete -c limber -n '__limber_first guide' -a '(__limber_rules)'
complete -c limber -n '__limber_verb guide' -l bell -d "ring the terminal's bell at each change"
complete -c limber -n '__limber_first rate hurts' -a '(__limber_exercises)'
complete -c limber -n '__limber_verb hurts' -l mistake -d 'it did not hurt: that was said by mistake'
complete -c limber -n '__limber_verb rate; and test (count (commandline -opc)) -eq 3' -a 'like dislike easy hard hurts'
complete -c limber -n '__limber_first stats' -a 'day week month'
complete -c limber -n '__limber_verb export' -l csv -d 'comma-separated values, for spreadsheets'
complete -c limber -n '__limber_first log' -a 'add remove'
complete -c limber -n '__limber_verb log; and test (count (commandline -opc)) -eq 3' -a '(__limber_activities)'
complete -c limber -n '__limber_verb log; and test (count (commandline -opc)) -eq 4' -a '10min 20min 30min 1h'
complete -c limber -n '__limber_first safety' -a 'general slowly stop emergency doctor hurts'
complete -c limber -n '__limber_verb sore' -l over -d 'it is not, or not any more'
complete -c limber -n '__limber_verb sore' -a 'neck shoulders upper-back lower-back chest arms forearms wrists belly hips glutes thighs hamstrings calves legs whole-body'
complete -c limber -n '__limber_first consent' -a 'yes no'
complete -c limber -n '__limber_first up' -a '(__limber_rules)'
complete -c limber -n '__limber_verb snooze' -a '2min 5min 10min 30min'
complete -c limber -n '__limber_verb pause' -a 'until 30min 1h 2h'
complete -c limber -n '__limber_first show' -a '(__limber_exercises)'
complete -c limber -n '__limber_verb help' -a 'status next why up done snooze skip pause resume reading rested sit stand inhibit watch show exercises preview guide another rate hurts sore consent safety log stats export simulate doctor help'
complete -c limber -n '__limber_verb exercises' -l set -x -a 'warm-up stretching strengthening core posture aerobic yoga-pilates eyes lifestyle'
complete -c limber -n '__limber_verb exercises' -l region -x -a 'neck upper-back lower-back shoulders chest hips hamstrings wrists eyes core legs whole-body'
complete -c limber -n '__limber_verb exercises' -l place -x -a 'desk room mat'
complete -c limber -n '__limber_verb exercises' -l discreet -d 'only what nobody notices'
complete -c limber -n '__limber_verb exercises' -l allowed -d 'only what your settings allow'
complete -c limber -n '__limber_verb inhibit' -l why -x -d 'the reason, shown by limber status'
complete -c limber -n '__limber_verb inhibit' -l anyway -d 'run the command even if limberd cannot be asked'
complete -c limber -n '__limber_verb inhibit' -xa '(__fish_complete_subcommand)'
