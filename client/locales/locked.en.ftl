## Locked

locked-title = Your desk is locked
locked-lead = Write the passcode to open it.
unlock = Unlock
unlocking = Checking…
passcode-empty = Write the passcode first.
passcode-wrong = This passcode is not right.
passcode-early = That came too early, so it was not tried.
passcode-wait = The next try is taken in { $time }.
passcode-try-now = You can try again now.
passcode-forgot = Forgot the passcode?
passcode-forgot-more = Nobody can open the desk without it. If you have a recovery file, you can bring the shop back: clear this site’s data in the browser’s settings, load the page again, and choose “I have a recovery file”. Without one, what is here stays closed.
wait-two = { $first } and { $second }
wait-seconds =
    { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }
wait-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
wait-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }
