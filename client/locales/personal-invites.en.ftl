## Links for one person each

one-why = It works for one person only: the first who writes with it.
one-name = Whom it is for
one-name-hint = A name or an order number
one-name-empty = Write whom the link is for first.
one-lifetime = Works for
one-day = 1 day
one-week = 7 days
one-month = 30 days
one-no-end = No end
one-make = Make link
one-made = The link is ready. Copy it and send it.
one-failed = That could not be stored, and nothing has changed. Free some space in this browser, then try again.
one-list = Your links
one-open = Open, no end
one-open-until = Open until { $time }
one-used = Used
one-expired = Expired
one-revoked = Withdrawn
one-copy = Copy link
one-link = Link
one-qr-alt = QR code of the link for { $name }
one-withdraw = Withdraw
one-withdraw-sure = Whoever has this link cannot start a chat with it any more. Withdraw it?
one-withdraw-yes = Withdraw link
one-keep = Keep it
one-show-all = Show all links
